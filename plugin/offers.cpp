// SPDX-License-Identifier: GPL-3.0-or-later
#include "plugin/offers.hpp"

#include <blist.h>
#include <conversation.h>
#include <util.h>

#include <limits>

#include "plugin/boundary.hpp"
#include "plugin/conversation.hpp"
#include "plugin/i18n.hpp"
#include "plugin/session.hpp"
#include "plugin/text.hpp"

namespace purple_tox {
namespace {

std::string size_text(std::uint64_t bytes) {
    if (bytes == std::numeric_limits<std::uint64_t>::max()) return _("of unknown size");
    const Owned<> text(purple_str_size_to_units(bytes));
    return text.get();
}

std::string file_sentence(const tox::Offered& offer, const char* who) {
    const std::string name = one_line(offer.name, name_glyphs);
    const std::string size = size_text(offer.size);
    if (name.empty())
        return format(_("%s wanted to send you a file without a name (%s). Files cannot be received yet; it was "
                        "declined."),
                      who, size.c_str());
    return format(_("%s wanted to send you “%s” (%s). Files cannot be received yet; it was declined."), who,
                  name.c_str(), size.c_str());
}

std::string sentence(const tox::Offered& offer, const char* who) {
    switch (offer.kind) {
        case tox::OfferKind::file:
            return file_sentence(offer, who);
        case tox::OfferKind::call:
            return format(_("%s called you. Calls are not possible here yet; it was declined."), who);
        case tox::OfferKind::group:
            return format(_("%s invited you to the group “%s”. Groups are not possible here yet."), who,
                          one_line(offer.name, name_glyphs).c_str());
        case tox::OfferKind::conference:
            break;
    }
    return format(_("%s invited you to a group chat. Group chats are not possible here yet."), who);
}

}  // namespace

void tell_offer(Session& session, const tox::Offered& offer) {
    PurpleAccount* const account = session.account();
    const std::string name = offer.contact.hex();
    PurpleBuddy* const buddy = purple_find_buddy(account, name.c_str());
    if (!buddy) return;
    const std::string line = sentence(offer, purple_buddy_get_alias(buddy));
    const SessionId id = session.id();
    if (!purple_find_conversation_with_account(PURPLE_CONV_TYPE_IM, name.c_str(), account))
        purple_conversation_new(PURPLE_CONV_TYPE_IM, account, name.c_str());
    if (Session* const still = session_of(id)) write_line(*still, offer.contact, line);
}

}  // namespace purple_tox
