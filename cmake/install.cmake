# Installs the libraries and headers with a package config, so that another project can test its own
# code against the simulated services: examples/link-fakes shows how.
include(GNUInstallDirs)
include(CMakePackageConfigHelpers)

set(libraries cutover_options cutover_ports cutover_books cutover_store cutover_migrate
              cutover_sqlite cutover_dump cutover_threads cutover_sim cutover_fakes)
install(TARGETS ${libraries} EXPORT cutoverTargets
        ARCHIVE DESTINATION ${CMAKE_INSTALL_LIBDIR})
foreach(folder core adapters fakes)
  install(DIRECTORY ${PROJECT_SOURCE_DIR}/${folder} DESTINATION include/cutover
          FILES_MATCHING PATTERN "*.h")
endforeach()
install(TARGETS cutover RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR})
install(DIRECTORY ${PROJECT_SOURCE_DIR}/migrations DESTINATION share/cutover
        FILES_MATCHING PATTERN "*.sql")

set(config_folder ${CMAKE_INSTALL_LIBDIR}/cmake/cutover)
install(EXPORT cutoverTargets NAMESPACE cutover:: DESTINATION ${config_folder})
write_basic_package_version_file(${CMAKE_CURRENT_BINARY_DIR}/cutoverConfigVersion.cmake
                                 COMPATIBILITY SameMinorVersion)
install(FILES ${PROJECT_SOURCE_DIR}/cmake/cutoverConfig.cmake
              ${CMAKE_CURRENT_BINARY_DIR}/cutoverConfigVersion.cmake
        DESTINATION ${config_folder})
