#pragma once

#include <string>
#include <string_view>

namespace spinlab {

/// Valid UTF-8 without control characters other than tab and newline: what does not fit becomes U+FFFD. Names
/// and output come from students, and JSON, XML and HTML all refuse or misread anything else.
std::string clean_utf8(std::string_view text);

/// Cleaned, with & < > " ' as entities: safe as text and as a quoted attribute in XML 1.0 and HTML.
std::string xml_escaped(std::string_view text);

/// Cleaned, for a cell of a table: a text that a spreadsheet would take for a formula (= + - @, tab, carriage
/// return first) gets a leading apostrophe. [OWASP, CSV Injection]
std::string not_a_formula(std::string_view text);

/// One segment of a URL's path: all but letters, digits and - . _ ~ as %XX. [RFC 3986, 2.3]
std::string url_segment(std::string_view text);

/// A word of a shell's command line, whatever is in it.
std::string shell_quoted(std::string_view word);

/// Cleaned, newlines too, cut to `max_bytes` at a character's edge: for one line of a terminal or a message.
std::string one_line(std::string_view text, std::size_t max_bytes = 200);

}  // namespace spinlab
