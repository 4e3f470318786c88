#include "fakes/sim/fiber.h"

#include <cxxabi.h>

#include <boost/context/detail/fcontext.hpp>
#include <cstring>
#include <utility>

#include "core/ports/check.h"
#include "fakes/sim/sanitizers.h"

namespace cutover::sim {
namespace {

namespace context = boost::context::detail;

// What the C++ ABI keeps per thread about exceptions in flight; its type is opaque in <cxxabi.h>.
struct ExceptionState {
  void* caught = nullptr;
  unsigned int uncaught = 0;
};

class Fiber final : public Strand {
 public:
  Fiber(StackPool& stacks, bool in_order, std::function<void()> body)
      : stacks_(stacks), in_order_(in_order), body_(std::move(body)), stack_(stacks.take()) {
    context_ = context::make_fcontext(stack_.top(), StackPool::stack_bytes, &Fiber::enter);
  }

  ~Fiber() override {
    CUTOVER_CHECK(!begun_ || ended_, "a fiber was destroyed while its body was suspended");
    stacks_.give_back(stack_);
  }

  void resume() override {
    CUTOVER_CHECK(!ended_, "a fiber that has ended was resumed");
    begun_ = true;
    caller_tsan_ = tsan_current_fiber();
    swap_exception_state();
    void* kept = nullptr;
    announce_stack(&kept, stack_.bottom, StackPool::stack_bytes);
    tsan_switch_to_fiber(stack_.tsan_fiber, in_order_);
    context_ = context::jump_fcontext(context_, this).fctx;
    entered_stack(kept, nullptr, nullptr);
    swap_exception_state();
  }

  void suspend() override { leave(&kept_); }

 private:
  static void enter(context::transfer_t from) {
    auto* self = static_cast<Fiber*>(from.data);
    self->caller_ = from.fctx;
    entered_stack(nullptr, &self->caller_bottom_, &self->caller_size_);
    self->body_();
    self->ended_ = true;
    self->leave(nullptr);
    check_failed("ended_", __FILE__, __LINE__, "a fiber that has ended was resumed");
  }

  void leave(void** kept) {
    announce_stack(kept, caller_bottom_, caller_size_);
    tsan_switch_to_fiber(caller_tsan_, in_order_);
    caller_ = context::jump_fcontext(caller_, nullptr).fctx;
    entered_stack(kept_, &caller_bottom_, &caller_size_);
  }

  // Before and after the fiber runs: its state becomes the thread's, and the other way round.
  void swap_exception_state() {
    auto* globals = static_cast<void*>(abi::__cxa_get_globals());
    ExceptionState current;
    std::memcpy(&current, globals, sizeof current);
    std::memcpy(globals, &exceptions_, sizeof exceptions_);
    exceptions_ = current;
  }

  StackPool& stacks_;
  bool in_order_;
  std::function<void()> body_;
  StackPool::Stack stack_;
  context::fcontext_t context_ = nullptr;  // the fiber, while it does not run
  context::fcontext_t caller_ = nullptr;   // who resumed it, while it does
  ExceptionState exceptions_;
  void* kept_ = nullptr;
  const void* caller_bottom_ = nullptr;
  std::size_t caller_size_ = 0;
  void* caller_tsan_ = nullptr;
  bool begun_ = false;
  bool ended_ = false;
};

}  // namespace

std::unique_ptr<Strand> make_fiber(StackPool& stacks, bool in_order, std::function<void()> body) {
  return std::make_unique<Fiber>(stacks, in_order, std::move(body));
}

}  // namespace cutover::sim
