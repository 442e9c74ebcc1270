// SPDX-License-Identifier: GPL-3.0-or-later
// The order of the contacts in the profile. Other Tox programs know a contact by its place there, and some show the
// list so: places stay, a new contact takes the first that is free, as with c-toxcore.
#pragma once

#include <optional>
#include <set>
#include <unordered_map>
#include <vector>

#include "engine/crypto/keys.hpp"

namespace tox {

class Roster {
  public:
    void add(const LongTermKey& contact);  // one that is there stays where it is
    void remove(const LongTermKey& contact);
    std::vector<LongTermKey> contacts() const;  // in order
    // How many contacts stand before the next one that is added.
    std::size_t next_position() const { return free_.empty() ? places_.size() : *free_.begin(); }

  private:
    std::vector<std::optional<LongTermKey>> places_;
    std::unordered_map<LongTermKey, std::size_t, Hashed> place_of_;
    std::set<std::size_t> free_;
};

}  // namespace tox
