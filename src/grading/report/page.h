#pragma once

#include <string>

#include "src/grading/grade.h"

namespace spinlab::grading {

/// One page of an HTML report around `body`: a title, the style sheet and `more_style`, and a policy by which
/// nothing from elsewhere is loaded and no script runs. It works from a folder.
std::string html_page(const std::string& title, const std::string& body, const std::string& more_style = "");

/// A table that scrolls by itself where the screen is too narrow, rather than the page. `label` is what it is
/// called by a screen reader, `head` and `rows` are markup.
std::string html_table(const std::string& label, const std::string& head, const std::string& rows);

/// A column's header cell.
std::string column_head(const std::string& text, const std::string& style = "");

/// `text`, in the colour of what is said by the way; nothing where it is empty.
std::string paragraph(const std::string& text);

/// "01-regression: Linear models", as text.
std::string assignment_title(const judging::Assignment& assignment);

/// A verdict or outcome in its colour, with a sign of its own for those who do not see colours.
std::string verdict_word(judging::Verdict verdict);
std::string outcome_word(judging::Outcome outcome);
/// The class of the style sheet and the sign.
std::string outcome_class(judging::Outcome outcome);
std::string outcome_sign(judging::Outcome outcome);
std::string coloured(const std::string& style, const std::string& text);

/// "7.5 / 12", "– / 12" where there is no result.
std::string points_of(const Grade& grade);

}  // namespace spinlab::grading
