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

// What pounces, D-Bus callers and some hosts' statuses hand over instead of markup.
TEST(PlainFromHtml, PlainTextStaysAsItIs) {
    for (const char* text : {"I <3 you",
                             "x<y and y>z",
                             "if a < b then c",
                             "#include <stdio.h>",
                             "vector<int> v;",
                             "a <b and c> d",
                             "<",
                             "<>",
                             "</",
                             "1 << 2",
                             "<3 & <4",
                             "x <i> y",
                             "</b>",
                             "<b>never closed",
                             "AT&T <3",
                             "a & b",
                             "http://x.org/?a=1&lt=2",
                             "<user@example.org>",
                             "<http://x.org/>",
                             "<!-- no comment",
                             "<a href=>x</a>",
                             "\ttabbed <3",
                             "  blanks <3  "})
        EXPECT_EQ(plain_from_html(text), text);
    EXPECT_EQ(plain_from_html("one <3\rtwo\r\nthree"), "one <3\ntwo\nthree");
    EXPECT_EQ(plain_from_html(nullptr), "");
}

TEST(PlainFromHtml, MarkupOfHostsIsMarkup) {
    EXPECT_EQ(plain_from_html("<FONT FACE='x' COLOR=\"#ff0000\"><B>a</B></FONT> &lt;3"), "a <3");
    EXPECT_EQ(plain_from_html("<html><body><p>a<p>b</body></html>"), "a\nb");
    EXPECT_EQ(plain_from_html("<span style='color: red'>a</span><hr/>"), "a\n");
    EXPECT_EQ(plain_from_html("<a href=\"http://x.org/?a=1&b=2\">http://x.org/?a=1&b=2</a>"), "http://x.org/?a=1&b=2");
    EXPECT_EQ(plain_from_html("?OTRv23?\n<b>me</b> has requested an <a href=\"https://x.org/\">OTR</a> talk."),
              "?OTRv23?\nme has requested an OTR (https://x.org/) talk.");
}

// B15: no text of a C program holds a NUL, but its entity may stand there.
TEST(PlainFromHtml, ANulIsLeftOut) {
    EXPECT_EQ(plain_from_html("a&#0;b").find('\0'), std::string::npos);
    EXPECT_EQ(plain_from_html(std::string_view("a\0b", 3)),
              "a\xEF\xBF\xBD"
              "b");
}

TEST(Outgoing, MeIsAnAction) {
    const auto action = outgoing_from_html("/me waves &amp; smiles", Slash::command);
    EXPECT_EQ(action.kind, tox::MessageKind::action);
    EXPECT_EQ(action.text, "waves & smiles");
    for (const char* text : {"say /me waves", "/me"}) {
        EXPECT_EQ(outgoing_from_html(text, Slash::command).kind, tox::MessageKind::text) << text;
        EXPECT_EQ(outgoing_from_html(text, Slash::command).text, text);
    }
}

TEST(Outgoing, AnUnknownCommandIsNeverText) {
    for (const auto& [text, command] :
         std::vector<std::pair<const char*, const char*>>{{"/passwd secret", "passwd"},
                                                          {"/mean", "mean"},
                                                          {"/why-not", "why-not"},
                                                          {"/зфыыцв тайна", "зфыыцв"},
                                                          {"/passwd\nsecret", "passwd"},
                                                          {"<b>/passwd</b> secret", "passwd"},
                                                          {"/passwd\tsecret &lt;", "passwd"}}) {
        const Outgoing out = outgoing_from_html(text, Slash::command);
        EXPECT_EQ(out.command, command) << text;
        EXPECT_EQ(out.text, "") << text;
    }
}

TEST(Outgoing, PathsAndSlashesAreText) {
    for (const char* text : {"/", "/ x", "/etc/passwd is there", "/usr/lib", "/5", "/!", " /x", "x /passwd",
                             "// comment", "//TODO: x", "///", "//etc/fstab", "//one\ntwo", "/etc."}) {
        const Outgoing out = outgoing_from_html(text, Slash::command);
        EXPECT_EQ(out.text, text);
        EXPECT_EQ(out.command, "");
    }
}

TEST(Outgoing, TwoSlashesAreOne) {
    EXPECT_EQ(outgoing_from_html("//passwd is a word", Slash::command).text, "/passwd is a word");
    EXPECT_EQ(outgoing_from_html("//me waves", Slash::command).text, "/me waves");
    EXPECT_EQ(outgoing_from_html("//me waves", Slash::command).kind, tox::MessageKind::text);
    // The host has dealt with it.
    EXPECT_EQ(outgoing_from_html("/passwd", Slash::text).text, "/passwd");
    EXPECT_EQ(outgoing_from_html("//passwd", Slash::text).text, "//passwd");
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
    EXPECT_EQ(html_from_plain("a\rb\vc\fd\u0085e\u2028f\u2029g"), "a<br>b<br>c<br>d<br>e<br>f<br>g");
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

TEST(OneLine, NoEndOfALineGluesWords) { EXPECT_EQ(one_line("a\rb\vc\fd\u0085e\u2028f", 64), "a b c d e f"); }

// B19
TEST(OneLine, FitsBytesAtACharacter) {
    const Fitted all = fitted_line(std::string(1007, 'x'), 1007);
    EXPECT_TRUE(all.whole);
    const Fitted one_more = fitted_line(std::string(1006, 'x') + "ü", 1007);
    EXPECT_FALSE(one_more.whole);
    EXPECT_EQ(one_more.text, std::string(1006, 'x'));
    EXPECT_TRUE(fitted_line(nullptr, 1007).whole);
}

// R40
TEST(OneLine, DirectionCannotBeTurned) { EXPECT_EQ(one_line("abc\u202Edcb\u2066x", 64), "abcdcbx"); }

TEST(StrangersText, CannotTurnTheDirection) {
    EXPECT_EQ(printable_of_stranger("gpj\u202E.exe\n\u2067two"), "gpj.exe\ntwo");
    EXPECT_EQ(printable("gpj\u202E.exe"), "gpj\u202E.exe");
}

TEST(OneLine, IsCutAtCharacters) {
    EXPECT_EQ(one_line("äöüß", 2), "äö");
    EXPECT_EQ(one_line("ab cd", 2), "ab");
}

}  // namespace
}  // namespace purple_tox
