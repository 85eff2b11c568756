#include "src/grading/similarity/html_pages.h"

#include <sstream>

#include "src/core/escape.h"
#include "src/grading/report/histogram.h"
#include "src/grading/report/page.h"
#include "src/judging/score.h"
#include "src/grading/similarity/results.h"

namespace spinlab::grading {
namespace {

constexpr int kColours = 6;
constexpr auto kPairStyle = R"css(
body { max-width: none; }
.sides { display: grid; grid-template-columns: 1fr 1fr; gap: 1rem; margin-top: 1rem; }
.sides > div { min-width: 0; }
.code { counter-reset: line; height: 82vh; overflow: auto; padding: .4rem 0; white-space: pre; overflow-wrap: normal; tab-size: 4; }
.code .line { display: block; width: max-content; min-width: 100%; padding-right: .6rem; }
.code .line::before { counter-increment: line; content: counter(line); display: inline-block; width: 3.2rem;
  padding-right: .9rem; text-align: right; color: var(--soft); user-select: none; }
.code a { display: block; width: max-content; min-width: 100%; color: inherit; text-decoration: none;
  border-left: 4px solid transparent; }
.code a:target, .code a:focus-visible { outline: 2px solid var(--accent); outline-offset: -2px; }
.code > .line { border-left: 4px solid transparent; }
.c0 { background: rgba(64, 120, 220, .17); } .c1 { background: rgba(220, 130, 30, .19); }
.c2 { background: rgba(40, 160, 100, .18); } .c3 { background: rgba(190, 70, 170, .16); }
.c4 { background: rgba(40, 160, 180, .18); } .c5 { background: rgba(200, 70, 60, .16); }
@media (max-width: 40rem) { .sides { grid-template-columns: 1fr; } .code { height: 55vh; }
  .code .line::before { width: 2.2rem; padding-right: .5rem; } }
)css";

std::string name_of(const Similarity& similarity, const PairSide& side) {
  return xml_escaped(display_name(similarity.files[side.file]));
}

std::string pair_row(const Similarity& similarity, size_t number) {
  const auto& pair = similarity.pairs[number];
  const auto page = pair_page_name(number).substr(std::string("similarity/").size());
  return "<tr><td class=\"right\"><a href=\"" + page + "\">" + std::to_string(number + 1) +
         "</a></td><td class=\"name\">" + name_of(similarity, pair.a) + "</td><td class=\"name\">" +
         name_of(similarity, pair.b) + "</td><td class=\"right\">" + judging::percent(pair.a.share) +
         "</td><td class=\"right\">" + judging::percent(pair.b.share) + "</td></tr>\n";
}

std::string pair_rows(const Similarity& similarity) {
  const auto head = column_head("Page", "right") + column_head("A") + column_head("B") +
                    column_head("of A in B", "right") + column_head("of B in A", "right");
  std::string rows;
  for (size_t i = 0; i < similarity.pairs.size(); ++i) rows += pair_row(similarity, i);
  return "<h2>The most similar pairs</h2>\n" + html_table("Pairs", head, rows);
}

std::string left_out(const Similarity& similarity) {
  if (similarity.not_compared.empty()) return "";
  std::string rows;
  for (const auto& item : similarity.not_compared) {
    rows += "<tr><td class=\"name\">" + xml_escaped(display_name(item.student, item.past)) + "</td><td>" +
            xml_escaped(item.reason) + "</td></tr>\n";
  }
  return "<h2>Not compared</h2>\n" + html_table("Not compared", column_head("Submission") + column_head("Why"), rows);
}

/// The colour of a stretch is its number on the left side, modulo.
int colour(const SimilarPair& pair, bool left, size_t stretch) {
  return static_cast<int>((left ? stretch : pair.b.stretches[stretch].partner) % kColours);
}

std::string opened(const SimilarPair& pair, bool left, size_t stretch) {
  const auto& side = left ? pair.a : pair.b;
  const auto number = std::to_string(stretch), partner = std::to_string(side.stretches[stretch].partner);
  return "<a class=\"c" + std::to_string(colour(pair, left, stretch)) + "\" id=\"" + (left ? "a" : "b") + number +
         "\" href=\"#" + (left ? "b" : "a") + partner + "\">";
}

/// Stretches are sorted; where one ends on the line on which the next begins, that line is the first one's.
std::string marked_lines(const SimilarPair& pair, bool left, const std::string& source) {
  const auto& stretches = (left ? pair.a : pair.b).stretches;
  std::istringstream lines(source);
  std::string text;
  size_t next = 0;
  bool inside = false;
  int number = 1;
  for (std::string line; std::getline(lines, line); ++number) {
    while (!inside && next < stretches.size() && stretches[next].last < number) ++next;
    if (!inside && next < stretches.size() && stretches[next].first <= number) {
      text += opened(pair, left, next);
      inside = true;
    }
    text += "<span class=\"line\">" + xml_escaped(line) + "\n</span>";
    if (inside && stretches[next].last <= number) {
      text += "</a>";
      inside = false;
      ++next;
    }
  }
  return text + (inside ? "</a>" : "");
}

std::string side(const Similarity& similarity, const SimilarPair& pair, bool left) {
  const auto& view = left ? pair.a : pair.b;
  return "<div><h2>" + name_of(similarity, view) + "</h2><p class=\"soft\">" + judging::percent(view.share) +
         " of its own code is in the other</p>\n<pre class=\"code\" tabindex=\"0\">" +
         marked_lines(pair, left, similarity.files[view.file].source) + "</pre></div>\n";
}

}  // namespace

std::string similarity_index(const Similarity& similarity) {
  const auto title = similarity.assignment.name + ": similar submissions";
  auto body = "<h1>" + xml_escaped(title) + "</h1>\n<p>" + std::to_string(similarity.files.size()) +
              " submissions, " + std::to_string(similarity.compared) +
              " pairs compared. What the handout and the master solution hold does not count. A high number is a "
              "reason to read both, and no proof.</p>\n"
              "<h2>How much of each submission is in the one most like it, in percent</h2>\n" +
              histogram_svg(similarity.nearest) + "\n" + pair_rows(similarity) + left_out(similarity);
  return html_page(title, body);
}

std::string pair_page(const Similarity& similarity, size_t number) {
  const auto& pair = similarity.pairs.at(number);
  const auto title = "Pair " + std::to_string(number + 1) + ": " + display_name(similarity.files[pair.a.file]) +
                     " and " + display_name(similarity.files[pair.b.file]);
  return html_page(title,
                   "<h1>" + xml_escaped(title) +
                       "</h1>\n<p><a href=\"index.html\">All pairs</a>. Code of one colour is alike; a click leads to "
                       "the other side.</p>\n<div class=\"sides\">" +
                       side(similarity, pair, true) + side(similarity, pair, false) + "</div>\n",
                   kPairStyle);
}

}  // namespace spinlab::grading
