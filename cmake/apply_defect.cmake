# Applies one planted defect to a copy of the files it needs:
# cmake -DPATCH=... -DSOURCE=... -DFOLDER=... -DFILES=a,b -P this file.
# Nothing is guessed: lines may have moved, but not changed (--fuzz=0).
cmake_minimum_required(VERSION 3.25)

string(REPLACE "," ";" FILES "${FILES}")
foreach(file IN LISTS FILES)
  get_filename_component(folder ${file} DIRECTORY)
  file(MAKE_DIRECTORY ${FOLDER}/${folder})
  configure_file(${SOURCE}/${file} ${FOLDER}/${file} COPYONLY)
  file(TOUCH ${FOLDER}/${file})
endforeach()
execute_process(COMMAND ${PROGRAM} --strip=1 --fuzz=0 --forward --no-backup-if-mismatch
                        --reject-file=- --directory=${FOLDER} --input=${PATCH}
                RESULT_VARIABLE result OUTPUT_VARIABLE output ERROR_VARIABLE output)
if(NOT result EQUAL 0)
  file(RELATIVE_PATH name ${SOURCE} ${PATCH})
  message(FATAL_ERROR "${name} no longer applies to the core; write it anew:\n${output}")
endif()
