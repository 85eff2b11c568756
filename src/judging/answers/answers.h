#pragma once

#include <map>
#include <string>
#include <vector>

#include "src/judging/assignment.h"

namespace spinlab::judging {

/// The file in which a student answers the analytical questions, beside the one with the code:
/// {"DegreesOfFreedom": 1.5, "LeastErrorOfRidge": null, …}, a number or a list of numbers for each question.
inline constexpr auto kAnswersFile = "answers.json";

/// Of each question that has an answer, by name.
using Answers = std::map<std::string, std::vector<double>>;

/// The name that a question has in answers.json: of the check AnalyticalAnswers.DegreesOfFreedom,
/// DegreesOfFreedom.
std::string question_name(const std::string& check);
/// Those of all `checks` that are answers, in their order.
std::vector<std::string> question_names(const std::vector<CheckInfo>& checks);

/// Reads what a student wrote; a question that is null or not there has no answer yet. Throws c10::ValueError,
/// one line to stand behind the file's name, where it is no JSON object of at most 64 KiB, names an unknown
/// question or one twice, or has an answer that is neither a number nor a list of up to 1000.
Answers parse_answers(const std::string& text, const std::vector<std::string>& questions);

/// The same of the key "answers" of an author's file; throws c10::ValueError naming its place.
Answers answers_from(const Config& config, const std::vector<std::string>& questions);

/// `answers` as such a file; null for each question without one.
std::string answers_text(const Answers& answers, const std::vector<std::string>& questions);

}  // namespace spinlab::judging
