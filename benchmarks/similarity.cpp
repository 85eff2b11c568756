#include "benchmarks/similarity.h"

#include <c10/util/Exception.h>

#include <chrono>

#include "src/core/files.h"
#include "src/core/parallel.h"
#include "src/core/python.h"
#include "src/authoring/given_code.h"
#include "src/authoring/handout.h"
#include "src/judging/sandbox/temporary_folder.h"
#include "src/grading/similarity/corpus.h"
#include "src/grading/similarity/results.h"

namespace fs = std::filesystem;

namespace spinlab::benchmarks {
namespace {

using Clock = std::chrono::steady_clock;

constexpr auto kAssignment = "01-regression";
constexpr auto kEdits = {"renamed", "reordered", "reformatted", "comments", "loops", "all"};
constexpr auto kThresholds = {0.5, 0.6, 0.7, 0.8, 0.9};
constexpr int kPairs = 1500;  // enough for all from the lowest threshold on

/// generate.py's classes, one a folder named by the edit.
class Classes {
 public:
  Classes(const judging::Assignment& assignment, int honest, int copies) {
    const auto stub = folder_.path() / assignment.file;
    write_file(stub, authoring::handout_files(assignment).at(assignment.file));
    run_python(root() / "benchmarks/similarity/generate.py",
               {(assignment.folder / "similarity").string(), stub.string(), folder_.path().string(),
                std::to_string(honest), std::to_string(copies), "1"});
  }
  fs::path of(const std::string& edit) const { return folder_.path() / edit; }
  const fs::path& folder() const { return folder_.path(); }

 private:
  sandbox::TemporaryFolder folder_;
};

grading::SimilarityOptions options(const judging::Assignment& assignment, const fs::path& submissions, int pairs) {
  grading::SimilarityOptions options;
  options.given = authoring::given_code(assignment);
  options.paths = {submissions};
  options.pairs = pairs;
  options.jobs = usable_cores();
  return options;
}

double seconds_of(const std::function<void()>& body) {
  const auto start = Clock::now();
  body();
  return std::chrono::duration<double>(Clock::now() - start).count();
}

/// copy-007 is honest-007, edited.
bool copied(const grading::Similarity& similarity, const grading::SimilarPair& pair) {
  const auto& a = similarity.files[pair.a.file].student;
  const auto& b = similarity.files[pair.b.file].student;
  return a.substr(a.find('-')) == b.substr(b.find('-'));
}

Detection detection(const grading::Similarity& similarity, const std::string& edit, int copies,
                    double threshold) {
  Detection row{edit, threshold, 0, copies, 0, similarity.compared - copies};
  for (const auto& pair : similarity.pairs) {
    if (pair.similarity() >= threshold) ++(copied(similarity, pair) ? row.found : row.false_alarms);
  }
  return row;
}

}  // namespace

void similarity_seconds(int repetitions, const std::function<void(const Row&)>& each) {
  const auto assignment = judging::load_assignment(kAssignment);
  const Classes classes(assignment, 280, 20);
  const auto given = classes.folder() / "given";
  for (const auto& text : authoring::given_code(assignment))
    write_file(given / (std::to_string(text.size()) + ".cpp"), text);
  const auto submissions = classes.of("all");
  auto row = compare(
      std::string("similarity/") + kAssignment + "/300",
      [&] {
        return seconds_of([&] {
          grading::write_similarity(grading::compare_submissions(assignment, options(assignment, submissions, 50)),
                                    classes.folder() / "out");
        });
      },
      [&] {
        return seconds_of([&] {
          run_python(root() / "benchmarks/similarity/copydetect_peer.py",
                     {submissions.string(), given.string(), (classes.folder() / "peer.html").string()});
        });
      },
      std::min(repetitions, 3));
  row.note = "300 submissions, 44850 pairs, with pages; peer: copydetect's own command and report";
  each(row);
}

void similarity_detections(const std::function<void(const Detection&)>& each) {
  constexpr int kHonest = 80, kCopies = 40;
  const auto assignment = judging::load_assignment(kAssignment);
  const Classes classes(assignment, kHonest, kCopies);
  for (const auto* edit : kEdits) {
    const auto similarity = grading::compare_submissions(assignment, options(assignment, classes.of(edit), kPairs));
    TORCH_CHECK(similarity.pairs.back().similarity() < *kThresholds.begin(),
                "more pairs than are answered lie above the lowest threshold");
    for (const double threshold : kThresholds) each(detection(similarity, edit, kCopies, threshold));
  }
}

}  // namespace spinlab::benchmarks
