#include "src/grading/similarity/similarity.h"

#include <c10/util/Exception.h>

#include <cstdio>

#include "src/core/files.h"
#include "src/core/python.h"
#include "src/judging/sandbox/temporary_folder.h"
#include "src/grading/similarity/corpus.h"

namespace fs = std::filesystem;

namespace spinlab::grading {
namespace {

/// Numbered: no name that a student chose is a path.
std::string write_text(const fs::path& folder, const std::string& kind, size_t number,
                       const std::string& text) {
  const auto file = folder / (kind + "-" + std::to_string(number) + ".cpp");
  write_file(file, text);
  return file.string();
}

Json boilerplate(const std::vector<std::string>& given, const fs::path& folder) {
  auto files = Json::array();
  for (const auto& text : given)
    files.push_back(write_text(folder, "given", files.size(), plain_lines(text)));
  return files;
}

Json submissions(const std::vector<ComparedFile>& compared, const fs::path& folder) {
  auto files = Json::array();
  for (const auto& file : compared) {
    files.push_back({{"file", write_text(folder, "submission", files.size(), file.source)},
                     {"student", file.owner},
                     {"past", !file.past.empty()}});
  }
  return files;
}

std::vector<Stretch> read_stretches(const Json& json) {
  std::vector<Stretch> stretches;
  for (const auto& item : json) stretches.push_back({item.at(0), item.at(1), item.at(2)});
  return stretches;
}

SimilarPair read_pair(const Json& json) {
  const auto side = [&](const char* file, int number) {
    return PairSide{json.at(file), json.at("shares").at(number),
                    read_stretches(json.at("stretches").at(number))};
  };
  return {side("a", 0), side("b", 1), json.at("shared")};
}

void read_answer(const Json& answer, Similarity& similarity) {
  similarity.compared = answer.at("compared");
  for (const auto& pair : answer.at("pairs")) similarity.pairs.push_back(read_pair(pair));
  auto nearest = answer.at("nearest").get<std::vector<double>>();
  std::vector<bool> skipped(similarity.files.size());
  for (const auto& item : answer.at("skipped")) {
    const size_t number = item.at("file");
    const auto& file = similarity.files.at(number);
    similarity.not_compared.push_back({file.student, file.past, item.at("reason")});
    skipped.at(number) = true;
  }
  for (size_t i = 0; i < nearest.size(); ++i) {
    if (!skipped[i] && similarity.files[i].past.empty()) similarity.nearest.push_back(nearest[i]);
  }
}

void detect(const SimilarityOptions& options, Similarity& similarity,
            const std::function<void(int, int)>& on_progress) {
  const sandbox::TemporaryFolder folder;
  const Json job = {{"files", submissions(similarity.files, folder.path())},
                    {"boilerplate", boilerplate(options.given, folder.path())},
                    {"pairs", options.pairs},
                    {"jobs", options.jobs}};
  const auto job_file = folder.path() / "job.json", answer_file = folder.path() / "answer.json";
  write_file(job_file, job.dump());
  run_python(root() / "src/grading/similarity/detect.py", {job_file.string(), answer_file.string()},
             [&](const std::string& line) {
               int done = 0, all = 0;
               if (on_progress && std::sscanf(line.c_str(), "%d OF %d", &done, &all) == 2)
                 on_progress(done, all);
             });
  read_answer(read_json(answer_file), similarity);
}

}  // namespace

Similarity compare_submissions(const judging::Assignment& assignment, const SimilarityOptions& options,
                               const std::function<void(int, int)>& on_progress) {
  Similarity similarity;
  similarity.assignment = assignment;
  read_corpus(options, similarity);
  TORCH_CHECK_VALUE(similarity.files.size() > 1, "there are ", similarity.files.size(),
                    " submissions that can be read; it takes two to compare");
  detect(options, similarity, on_progress);
  return similarity;
}

}  // namespace spinlab::grading
