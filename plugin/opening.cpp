// SPDX-License-Identifier: GPL-3.0-or-later
#include "plugin/opening.hpp"

#include "plugin/boundary.hpp"
#include "plugin/sentence.hpp"

namespace purple_tox {
namespace {

using tox::FileState;
using tox::Opened;
using Source = tox::ProfileStore::Source;

bool from_backup(const Opened& o) { return o.source == Source::backup; }
bool file_missing(const Opened& o) { return o.file == FileState::absent; }

unsigned unused_contacts(const Opened& o) {
    return static_cast<unsigned>(o.remarks.contacts_unused + o.remarks.contacts_left_out + o.remarks.contacts_partial);
}

std::string unused_text(const Opened& o) {
    const unsigned count = unused_contacts(o);
    return format(plural("%u entry of the contact list in your Tox profile cannot be used.",
                         "%u entries of the contact list in your Tox profile cannot be used.", count),
                  count);
}

constexpr Sentence<Opened> opened_table[] = {
    {[](const Opened& o) { return from_backup(o) && file_missing(o); },
     N_("Your Tox profile was missing. Its backup is used: what changed after it was made is not known any more.")},
    {[](const Opened& o) { return from_backup(o) && !file_missing(o); },
     N_("Your Tox profile was damaged. Its backup is used: what changed after it was made is not known any more. The "
        "damaged file is kept beside it.")},
    {[](const Opened& o) { return o.source == Source::unfinished; },
     N_("Your Tox profile was missing or damaged. A copy that had just been written is used; nothing is lost.")},
    {[](const Opened& o) { return o.source == Source::remains; },
     N_("Your Tox profile was damaged. What precedes the damage is used; the damaged file is kept beside it.")},
    {[](const Opened& o) { return o.source == Source::file && o.remarks.end_missing; },
     N_("The end of your Tox profile is missing. All that is left of it is used; the file as it was is kept beside "
        "it.")},
    {[](const Opened& o) { return unused_contacts(o) > 0; }, unused_text},
    {[](const Opened& o) { return !o.remarks.complete(); },
     N_("Your Tox profile holds more than this program can use. The file as it was is kept beside it.")},
    {[](const Opened& o) { return !o.queue_usable; },
     N_("The file of your waiting messages cannot be read, or was written by a later version of this program. It is "
        "left as it is, and no message can be sent until it is moved away.")},
    {[](const Opened& o) { return o.queue_damaged; },
     N_("The file of your waiting messages was damaged: some may be lost. It is kept beside your Tox profile.")},
    {[](const Opened& o) { return !o.requests_usable; },
     N_("The file of contact requests cannot be read, or was written by a later version of this program. It is left as "
        "it is; new requests are not remembered until it is moved away.")},
    {[](const Opened& o) { return o.requests_damaged; },
     N_("The file of contact requests was damaged: requests that waited are lost, and declined people may ask again.")},
};

}  // namespace

std::string opened_text(const Opened& opened) {
    std::string text;
    for (const std::string& sentence : true_ones(std::span<const Sentence<Opened>>(opened_table), opened))
        text += (text.empty() ? "" : "\n") + sentence;
    return text;
}

}  // namespace purple_tox
