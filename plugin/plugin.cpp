// SPDX-License-Identifier: GPL-3.0-or-later
// The table libpurple reads: who we are and which function does what. Everything else is in the file it is named after.
#include <debug.h>
#include <prpl.h>
#include <signals.h>
#include <version.h>

#include <core.h>  // needs GLib's types, which it does not include

#include "engine/base/check.hpp"
#include "plugin/account.hpp"
#include "plugin/actions.hpp"
#include "plugin/adding.hpp"
#include "plugin/boundary.hpp"
#include "plugin/buddies.hpp"
#include "plugin/conversation.hpp"
#include "plugin/i18n.hpp"
#include "plugin/info.hpp"
#include "plugin/links.hpp"
#include "plugin/names.hpp"
#include "plugin/options.hpp"
#include "plugin/port_mapping.hpp"
#include "plugin/presence.hpp"
#include "plugin/privacy.hpp"
#include "plugin/profile.hpp"
#include "plugin/reconnect.hpp"
#include "plugin/roster.hpp"
#include "plugin/source.hpp"
#include "plugin/why.hpp"

namespace purple_tox {
namespace {

// Zero-initialised and filled by name: the structures are too long and too old for designated initialisers.
PurplePluginProtocolInfo protocol{};
PurplePluginInfo description{};

char* literal(const char* text) { return const_cast<char*>(text); }  // libpurple wants char* and never writes to it

// A bug of ours must not end somebody's Pidgin.
void log_check(const char* what, tox::SourcePlace where) {
    g_critical("purple-tox: check failed: %s (%s:%u)", what, where.file, where.line);
}

// Tox knows no groups; why this must exist is said at group_buddy.
void rename_group(PurpleConnection*, const char*, PurpleGroup*, GList*) {}

void quitting() { PortMapping::take_back_all(); }

// Protocols are loaded before libpurple has accounts, conversations and a buddy list.
Source& beginning() {
    static Source source{"purple-tox beginning"};
    return source;
}

// Options belong here: unloading frees them, and a second core in the same process loads without init.
gboolean load(PurplePlugin* plugin) {
    tox::set_check_failed(log_check);
    if (!protocol.protocol_options) protocol.protocol_options = account_options();
    watch_links(plugin);
    beginning().after(std::chrono::milliseconds(0), [plugin] {
        watch_conversations(plugin);
        watch_list(plugin);
        watch_deleted_accounts(plugin);
    });
    purple_signal_connect(purple_get_core(), "quitting", plugin, callback<quitting>(), nullptr);
    register_commands();
    return TRUE;
}

gboolean unload(PurplePlugin*) {
    unregister_commands();
    beginning().cancel();
    forget_reconnects();
    return TRUE;
}

void fill_account_operations() {
    protocol.login = guarded<login>;
    protocol.close = guarded<close>;
    protocol.set_status = guarded<set_status>;
    protocol.status_types = guarded<status_types, Missing::allowed>;
    protocol.set_public_alias = guarded<set_public_alias>;
    protocol.get_public_alias = guarded<get_public_alias>;
    protocol.get_account_text_table = guarded<account_text_table, Missing::allowed>;
    protocol.normalize = guarded<normalize>;
    protocol.set_permit_deny = guarded<set_permit_deny>;
    protocol.add_permit = guarded<privacy_changed>;
    protocol.add_deny = guarded<privacy_changed>;
    protocol.rem_permit = guarded<privacy_changed>;
    protocol.rem_deny = guarded<privacy_changed>;
}

void fill_buddy_operations() {
    protocol.list_icon = guarded<list_icon, Missing::allowed>;
    protocol.list_emblem = guarded<list_emblem>;
    protocol.status_text = guarded<status_text>;
    protocol.tooltip_text = guarded<tooltip_text>;
    protocol.get_info = guarded<get_info>;
    protocol.blist_node_menu = guarded<blist_node_menu>;
    protocol.add_buddy = guarded<add_buddy>;
    protocol.add_buddy_with_invite = guarded<add_buddy_with_invite>;
    protocol.remove_buddy = guarded<remove_buddy>;
    protocol.group_buddy = guarded<group_buddy>;
    protocol.rename_group = guarded<rename_group>;
}

void fill_conversation_operations() {
    protocol.send_im = guarded<send_im>;
    protocol.send_typing = guarded<send_typing>;
    protocol.offline_message = guarded<offline_message>;
    protocol.convo_closed = guarded<convo_closed>;
}

// No field for a password, as long as none is used.
void fill_protocol() {
    protocol.options = static_cast<PurpleProtocolOptions>(OPT_PROTO_NO_PASSWORD | OPT_PROTO_INVITE_MESSAGE);
    protocol.struct_size = sizeof protocol;
    fill_account_operations();
    fill_buddy_operations();
    fill_conversation_operations();
}

void fill_description() {
    constexpr unsigned least_minor = 14;  // get_cb_alias and friends; a newer one would only shut out older hosts
    description.magic = PURPLE_PLUGIN_MAGIC;
    description.major_version = PURPLE_MAJOR_VERSION;
    description.minor_version = least_minor;
    description.type = PURPLE_PLUGIN_PROTOCOL;
    description.priority = PURPLE_PRIORITY_DEFAULT;
    description.id = literal("prpl-tox");
    description.name = literal("Tox");
    description.version = literal(PURPLE_TOX_VERSION);
    description.summary = literal(_("Tox protocol plugin"));
    description.description = literal(_("Chat encrypted from end to end, with no server in between."));
    description.author = literal("The purple-tox authors");
    description.homepage = literal("https://tox.chat/");
    description.load = guarded<load>;
    description.unload = guarded<unload>;
    description.actions = guarded<actions>;
    description.extra_info = &protocol;
}

// A plugin in a user's own directory has its translations beside it; a packaged one where the system has them.
std::string translations(const PurplePlugin* plugin) {
    const Owned<> folder(g_path_get_dirname(plugin->path ? plugin->path : ""));
    std::string beside = std::string(folder.get()) + "/purple-tox";
    return g_file_test(beside.c_str(), G_FILE_TEST_IS_DIR) ? beside : PURPLE_TOX_LOCALEDIR;
}

// libpurple calls this even for a plugin it cannot use: nothing but filling structures may happen here.
void init(PurplePlugin* plugin) {
    if (description.magic) return;  // the same image may be initialised twice
    bindtextdomain(GETTEXT_PACKAGE, translations(plugin).c_str());
    bind_textdomain_codeset(GETTEXT_PACKAGE, "UTF-8");
    fill_protocol();
    fill_description();
}

void init_guarded(PurplePlugin* plugin) { guarded<init>(plugin); }

}  // namespace
}  // namespace purple_tox

extern "C" {
PURPLE_INIT_PLUGIN(tox, purple_tox::init_guarded, purple_tox::description)
}
