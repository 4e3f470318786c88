// TimeLimit: how long one admin request may go on working, and whether somebody asked it to stop.
#pragma once

#include <mutex>

#include "core/api/handlers.h"

namespace cutover::api {

class TimeLimit {
 public:
  explicit TimeLimit(std::shared_ptr<Context> context)
      : context_(std::move(context)),
        end_(context_->parts.runtime.now() + context_->options.migrate_for) {}

  [[nodiscard]] Duration left() const { return end_ - context_->parts.runtime.now(); }

  [[nodiscard]] bool stopping() const {
    const std::lock_guard lock(*context_->mutex);
    return context_->stopping;
  }

  [[nodiscard]] bool is_up() const { return left() <= Duration{0} || stopping(); }

 private:
  std::shared_ptr<Context> context_;
  Duration end_;
};

}  // namespace cutover::api
