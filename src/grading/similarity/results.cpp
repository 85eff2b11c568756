#include "src/grading/similarity/results.h"

#include <cstdio>

#include "src/core/files.h"
#include "src/core/escape.h"
#include "src/judging/score.h"
#include "src/grading/report/table.h"
#include "src/grading/similarity/html_pages.h"

namespace fs = std::filesystem;

namespace spinlab::grading {
namespace {

constexpr size_t kNameBytes = 60;

Json or_null(const std::string& text) { return text.empty() ? Json() : Json(text); }

Json side_json(const Similarity& similarity, const PairSide& side) {
  const auto& file = similarity.files[side.file];
  auto lines = Json::array();
  for (const auto& stretch : side.stretches) lines.push_back({stretch.first, stretch.last});
  return {{"student", file.student}, {"past", or_null(file.past)}, {"share", side.share}, {"lines", lines}};
}

Json all_json(const Similarity& similarity) {
  auto skipped = Json::array(), pairs = Json::array();
  for (const auto& item : similarity.not_compared) {
    skipped.push_back(
        {{"student", item.student}, {"past", or_null(item.past)}, {"reason", clean_utf8(item.reason)}});
  }
  for (size_t i = 0; i < similarity.pairs.size(); ++i) pairs.push_back(pair_json(similarity, i));
  return {{"assignment", similarity.assignment.name},
          {"pairs_compared", similarity.compared},
          {"not_compared", skipped},
          {"pairs", pairs}};
}

void remove_pages_from(size_t pair, const fs::path& out) {
  while (fs::remove(out / pair_page_name(pair))) ++pair;
}

}  // namespace

std::string display_name(const std::string& student, const std::string& past) {
  return past.empty() ? student : student + " (" + past + ")";
}

std::string display_name(const ComparedFile& file) { return display_name(file.student, file.past); }

std::string pair_page_name(size_t pair) {
  char name[48];
  std::snprintf(name, sizeof name, "similarity/pair-%03zu.html", pair + 1);
  return name;
}

Json pair_json(const Similarity& similarity, size_t pair) {
  const auto& found = similarity.pairs.at(pair);
  return {{"similarity", found.similarity()},
          {"a", side_json(similarity, found.a)},
          {"b", side_json(similarity, found.b)},
          {"shared", found.shared},
          {"page", pair_page_name(pair)}};
}

std::string pairs_table(const Similarity& similarity) {
  std::vector<std::vector<std::string>> rows{{"", "a", "b", "of a", "of b", "page"}};
  for (size_t i = 0; i < similarity.pairs.size(); ++i) {
    const auto& pair = similarity.pairs[i];
    const auto name = [&](const PairSide& side) {
      return one_line(display_name(similarity.files[side.file]), kNameBytes);
    };
    rows.push_back({std::to_string(i + 1), name(pair.a), name(pair.b), judging::percent(pair.a.share),
                    judging::percent(pair.b.share), pair_page_name(i)});
  }
  return columns(rows, {true, false, false, true, true, false});
}

void write_similarity(const Similarity& similarity, const fs::path& out) {
  for (size_t i = 0; i < similarity.pairs.size(); ++i)
    write_file(out / pair_page_name(i), pair_page(similarity, i));
  remove_pages_from(similarity.pairs.size(), out);
  write_file(out / "similarity/index.html", similarity_index(similarity));
  write_file(out / "similarity.json", all_json(similarity).dump(2) + '\n');
}

}  // namespace spinlab::grading
