// cutover verify --stage post: the checks after going live (requirements R5.8, R6.5 and R6.6).
#pragma once

#include "app/commands.h"

namespace cutover::app {

// Adds --stage and what belongs to it to `verify`, after its other options, which exclude it; the
// result runs the stage. Its report goes to --out, or to "report-post": never over the report that
// people signed.
Run add_post_stage(CLI::App& verify, Common& common);

}  // namespace cutover::app
