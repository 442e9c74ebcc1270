// SPDX-License-Identifier: GPL-3.0-or-later
// Markup and plain text: what is written must arrive as it was meant, in both directions.
#include "plugin/text.hpp"

#include <gtest/gtest.h>

#include "engine/base/bytes.hpp"

namespace purple_tox {
namespace {

TEST(PlainFromHtml, EntitiesBecomeCharacters) {
    EXPECT_EQ(plain_from_html("a &amp; b &lt;c&gt; &quot;d&quot; &#39;e&#39;"), "a & b <c> \"d\" 'e'");
    EXPECT_EQ(plain_from_html("&amp;amp;"), "&amp;");
}

TEST(PlainFromHtml, BreaksBecomeNewLines) {
    EXPECT_EQ(plain_from_html("one<br>two<BR/>three\nfour"), "one\ntwo\nthree\nfour");
    EXPECT_EQ(plain_from_html("one<br><br>two"), "one\n\ntwo");
}

TEST(PlainFromHtml, TagsGo) {
    EXPECT_EQ(plain_from_html("<b>bold</b> <font color=\"#f00\">red</font>"), "bold red");
    EXPECT_EQ(plain_from_html("<a href=\"http://x.org/?a=1&amp;b\">http://x.org/?a=1&amp;b</a>"),
              "http://x.org/?a=1&b");
}

TEST(PlainFromHtml, LinksWithAnotherTextKeepTheirTarget) {
    EXPECT_EQ(plain_from_html("<a href=\"http://x.org/\">here</a>"), "here (http://x.org/)");
}

TEST(PlainFromHtml, IndentationSurvives) {
    EXPECT_EQ(plain_from_html("if (x)<br>    y();<br>\tz();"), "if (x)\n    y();\n\tz();");
    EXPECT_EQ(plain_from_html("    first"), "    first");
}

TEST(PlainFromHtml, OtherScriptsSurvive) { EXPECT_EQ(plain_from_html("Grüße, 你好 &#x1F600;"), "Grüße, 你好 😀"); }

TEST(Outgoing, MeIsAnAction) {
    const auto action = outgoing_from_html("/me waves &amp; smiles");
    EXPECT_EQ(action.kind, tox::MessageKind::action);
    EXPECT_EQ(action.text, "waves & smiles");
    for (const char* text : {"/mean", "say /me waves", "/me"})
        EXPECT_EQ(outgoing_from_html(text).kind, tox::MessageKind::text) << text;
}

TEST(HtmlFromPlain, MarkupIsText) {  // R41
    EXPECT_EQ(html_from_plain("<b>&amp; \"x\"</b>"), "&lt;b&gt;&amp;amp; &quot;x&quot;&lt;/b&gt;");
    EXPECT_EQ(html_from_plain("one\ntwo"), "one<br>two");
}

TEST(HtmlFromPlain, NothingThatNoXmlFileCanHold) {
    constexpr std::string_view controls("a\0b\x01\x1b[31mc\x7f\ttab", 15);
    EXPECT_EQ(html_from_plain(controls),
              "a\xEF\xBF\xBD"
              "b[31mc\ttab");
    EXPECT_EQ(html_from_plain("a\r\nb"), "a<br>b");
}

TEST(HtmlFromPlain, InvalidUtf8IsReplaced) { EXPECT_EQ(html_from_plain("a\xff"), "a\xEF\xBF\xBD"); }

TEST(HtmlFromWire, ActionsAreMe) {
    EXPECT_EQ(html_from_wire(tox::MessageKind::action, "waves <3"), "/me waves &lt;3");
    EXPECT_EQ(html_from_wire(tox::MessageKind::text, "hi"), "hi");
}

TEST(RoundTrip, EveryTextComesBack) {  // R11
    for (const char* text : {"plain", "a < b && c > d", "&lt;", "one\n\ntwo", "  indented\n\tmore",
                             "http://x.org/?a&b=\"c\"", "/mention", "trailing ", "<br>", "&nbsp;", "100% %s %n"})
        EXPECT_EQ(plain_from_html(html_from_plain(text)), text);
}

TEST(OneLine, IsOneLine) {
    EXPECT_EQ(one_line("  two\n\t words  ", 64), "two words");
    EXPECT_EQ(one_line("", 64), "");
    EXPECT_EQ(one_line(" \n ", 64), "");
}

// R40
TEST(OneLine, DirectionCannotBeTurned) { EXPECT_EQ(one_line("abc\u202Edcb\u2066x", 64), "abcdcbx"); }

TEST(OneLine, IsCutAtCharacters) {
    EXPECT_EQ(one_line("äöüß", 2), "äö");
    EXPECT_EQ(one_line("ab cd", 2), "ab");
}

}  // namespace
}  // namespace purple_tox
