// SPDX-License-Identifier: GPL-3.0-or-later
// libpurple's user interface operations, written down. Questions stay open until the test answers them.
#include <cstdarg>

#include "tests/purple/recorder.hpp"

namespace host {
namespace {

Recorder* listener = nullptr;

std::string text_of(const char* text) { return text != nullptr ? text : ""; }
std::string joined(const char* first, const char* second) {
    const std::string more = text_of(second);
    return more.empty() ? text_of(first) : text_of(first) + " / " + more;
}
void note(const char* name, std::string who = {}, std::string text = {}) {
    if (listener != nullptr) listener->record({name, std::move(who), std::move(text)});
}

PurpleConnectionUiOps* connection_ops() {
    static PurpleConnectionUiOps ops{};
    ops.connected = [](PurpleConnection*) { note("ui:connected"); };
    ops.disconnected = [](PurpleConnection*) { note("ui:disconnected"); };
    ops.notice = [](PurpleConnection*, const char* text) { note("ui:notice", {}, text_of(text)); };
    ops.report_disconnect_reason = [](PurpleConnection*, PurpleConnectionError reason, const char* text) {
        note("ui:error", purple_connection_error_is_fatal(reason) ? "fatal" : "transient", text_of(text));
    };
    return &ops;
}

// What Pidgin would draw for a buddy: the status and the second line under the name.
std::string drawn(PurpleBuddy* buddy) {
    PurpleAccount* account = purple_buddy_get_account(buddy);
    std::string all =
        text_of(purple_status_get_id(purple_presence_get_active_status(purple_buddy_get_presence(buddy))));
    PurplePlugin* plugin = purple_find_prpl(purple_account_get_protocol_id(account));
    if (plugin == nullptr || purple_account_get_connection(account) == nullptr) return all;
    PurplePluginProtocolInfo* info = PURPLE_PLUGIN_PROTOCOL_INFO(plugin);
    if (info->list_emblem != nullptr) info->list_emblem(buddy);
    char* text = info->status_text != nullptr ? info->status_text(buddy) : nullptr;
    if (text == nullptr) return all;
    all += ": " + text_of(text);
    g_free(text);
    return all;
}

PurpleBlistUiOps* list_ops() {
    static PurpleBlistUiOps ops{};
    ops.update = [](PurpleBuddyList*, PurpleBlistNode* node) {
        if (node == nullptr || !PURPLE_BLIST_NODE_IS_BUDDY(node)) return;
        auto* buddy = reinterpret_cast<PurpleBuddy*>(node);
        note("ui:drawn", text_of(purple_buddy_get_name(buddy)), drawn(buddy));
    };
    ops.request_add_buddy = [](PurpleAccount*, const char* who, const char* group, const char* alias) {
        note("ui:add-buddy", text_of(who), joined(group, alias));
    };
    // All three or none: libpurple fills missing ones with its own writer of blist.xml.
    ops.save_node = [](PurpleBlistNode*) {};
    ops.remove_node = [](PurpleBlistNode*) {};
    ops.save_account = [](PurpleAccount*) {};
    return &ops;
}

std::string kind_of(PurpleMessageFlags flags) {
    if ((flags & PURPLE_MESSAGE_ERROR) != 0) return "error";
    if ((flags & PURPLE_MESSAGE_SYSTEM) != 0) return "system";
    return (flags & PURPLE_MESSAGE_SEND) != 0 ? "sent" : "received";
}

PurpleConversationUiOps* conversation_ops() {
    static PurpleConversationUiOps ops{};
    ops.write_conv = [](PurpleConversation* conversation, const char*, const char*, const char* text,
                        PurpleMessageFlags flags, time_t) {
        note("ui:line", text_of(purple_conversation_get_name(conversation)), kind_of(flags) + ": " + text_of(text));
    };
    ops.present = [](PurpleConversation* conversation) {
        note("ui:present", text_of(purple_conversation_get_name(conversation)));
    };
    return &ops;
}

void* request_action(const char* title, const char* primary, const char* secondary, int, PurpleAccount*,
                     const char* who, PurpleConversation*, void* data, size_t count, va_list actions) noexcept {
    if (listener == nullptr) return nullptr;
    auto& question = listener->ask({});
    question.title = text_of(title);
    question.primary = text_of(primary);
    question.secondary = text_of(secondary);
    question.data = data;
    for (size_t i = 0; i < count; ++i) {
        const char* label = va_arg(actions, const char*);
        question.buttons.emplace_back(text_of(label), va_arg(actions, GCallback));
    }
    note("ui:question", text_of(who), joined(primary, secondary));
    return &question;
}

void* request_input(const char* title, const char* primary, const char* secondary, const char*, gboolean, gboolean,
                    gchar*, const char*, GCallback ok, const char*, GCallback, PurpleAccount*, const char* who,
                    PurpleConversation*, void* data) noexcept {
    if (listener == nullptr) return nullptr;
    auto& question = listener->ask({Question::Kind::input, text_of(title), text_of(primary), text_of(secondary)});
    question.ok = ok;
    question.data = data;
    note("ui:input", text_of(who), joined(primary, secondary));
    return &question;
}

void* request_fields(const char* title, const char* primary, const char* secondary, PurpleRequestFields* fields,
                     const char*, GCallback ok, const char*, GCallback, PurpleAccount*, const char* who,
                     PurpleConversation*, void* data) noexcept {
    if (listener == nullptr) return nullptr;
    auto& question = listener->ask({Question::Kind::fields, text_of(title), text_of(primary), text_of(secondary)});
    question.ok = ok;
    question.fields = fields;
    question.data = data;
    note("ui:fields", text_of(who), joined(primary, secondary));
    return &question;
}

PurpleRequestUiOps* request_ops() {
    static PurpleRequestUiOps ops{};
    ops.request_action = request_action;
    ops.request_input = request_input;
    ops.request_fields = request_fields;
    ops.close_request = [](PurpleRequestType, void* question) {
        if (listener != nullptr) listener->closed(question, "ui:question-closed");
    };
    return &ops;
}

PurpleNotifyUiOps* notify_ops() {
    static PurpleNotifyUiOps ops{};
    // A null answer means "already dismissed".
    ops.notify_message = [](PurpleNotifyMsgType type, const char*, const char* primary,
                            const char* secondary) -> void* {
        note(type == PURPLE_NOTIFY_MSG_ERROR ? "ui:complaint" : "ui:notice", {}, joined(primary, secondary));
        return nullptr;
    };
    ops.notify_formatted = [](const char*, const char* primary, const char* secondary, const char* text) -> void* {
        note("ui:formatted", {}, joined(primary, secondary) + " / " + text_of(text));
        return nullptr;
    };
    ops.notify_userinfo = [](PurpleConnection*, const char* who, PurpleNotifyUserInfo* info) -> void* {
        char* text = purple_notify_user_info_get_text_with_newline(info, "\n");
        note("ui:info", text_of(who), text_of(text));
        g_free(text);
        return nullptr;
    };
    return &ops;
}

void* request_authorize(PurpleAccount*, const char* who, const char*, const char*, const char* message,
                        gboolean on_list, PurpleAccountRequestAuthorizationCb yes,
                        PurpleAccountRequestAuthorizationCb no, void* data) noexcept {
    if (listener == nullptr) return nullptr;
    auto& question = listener->ask({Question::Kind::authorise, {}, text_of(who), text_of(message)});
    question.decide = [yes, no, data](bool accepted) { (accepted ? yes : no)(data); };
    // Without on_list Pidgin would open "Add Buddy" afterwards, which sends a second request.
    note(on_list ? "ui:authorise" : "ui:authorise-then-add", text_of(who), text_of(message));
    return &question;
}

PurpleAccountUiOps* account_ops() {
    static PurpleAccountUiOps ops{};
    ops.notify_added = [](PurpleAccount*, const char* who, const char*, const char*, const char*) {
        note("ui:added", text_of(who));
    };
    ops.request_authorize = request_authorize;
    ops.close_account_request = [](void* question) {
        if (listener != nullptr) listener->closed(question, "ui:authorise-closed");
    };
    return &ops;
}

}  // namespace

void record_ui(Recorder* recorder) {
    listener = recorder;
    if (recorder == nullptr) return;
    purple_connections_set_ui_ops(connection_ops());
    purple_blist_set_ui_ops(list_ops());
    purple_conversations_set_ui_ops(conversation_ops());
    purple_request_set_ui_ops(request_ops());
    purple_notify_set_ui_ops(notify_ops());
    purple_accounts_set_ui_ops(account_ops());
}

}  // namespace host
