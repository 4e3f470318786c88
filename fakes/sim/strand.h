// Strand: one task's own stack, and the way on and off it. Two kinds: fibers (fiber.h), and OS
// threads that pass a baton (handoff.h). Only one strand of a world runs at a time.
#pragma once

namespace cutover::sim {

class Strand {
 public:
  Strand() = default;
  Strand(const Strand&) = delete;
  Strand& operator=(const Strand&) = delete;
  virtual ~Strand() = default;  // the body must have ended

  // From the scheduler: runs the body until it suspends or ends.
  virtual void resume() = 0;

  // From the body: back to the scheduler, until the next resume().
  virtual void suspend() = 0;
};

}  // namespace cutover::sim
