// SPDX-License-Identifier: GPL-3.0-or-later
// The engine's view of time: read it, and one wish to be woken.
#pragma once

#include "engine/base/time.hpp"

namespace tox {

class Waker {  // implemented by whoever wants to be woken (the engine)
  public:
    virtual void on_wake() = 0;

  protected:
    ~Waker() = default;
};

class Loop {
  public:
    virtual ~Loop() = default;
    virtual Instant now() const = 0;           // does not move within one dispatch
    virtual WallTime wall() const = 0;         // for no_replay numbers, last-seen times and people; may jump
    virtual void set_waker(Waker* waker) = 0;  // nullptr: nobody. The loop never calls a waker after it was replaced
    virtual void wake_at(Instant when) = 0;    // the latest wish replaces the previous one; `never` cancels it
};

}  // namespace tox
