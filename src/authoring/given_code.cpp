#include "src/authoring/given_code.h"

#include "src/authoring/handout.h"
#include "src/authoring/master.h"

namespace spinlab::authoring {

std::vector<std::string> given_code(const judging::Assignment& assignment) {
  std::vector<std::string> texts{Master::load(assignment).whole()};
  for (const auto& [name, text] : handout_files(assignment)) {
    const auto ending = std::filesystem::path(name).extension();
    if (ending == ".cpp" || ending == ".h") texts.push_back(text);
  }
  return texts;
}

}  // namespace spinlab::authoring
