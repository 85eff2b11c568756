#include "src/training/recipe.h"

#include <c10/util/Exception.h>

#include "src/core/files.h"
#include "src/training/config.h"
#include "src/training/recipe_file.h"
#include "tests/support/spinlab_test.h"

namespace spinlab::training {
namespace {

class RecipeTest : public SpinlabTest {};

TEST_F(RecipeTest, EveryOneIsValidAndSaysWhatItShouldReach) {
  ASSERT_FALSE(recipe_names().empty());
  for (const auto& name : recipe_names()) {
    const auto config = parse_config(load_recipe(name), name);
    EXPECT_EQ(config.recipe, name);
    EXPECT_FALSE(config.title.empty()) << name;
    ASSERT_TRUE(config.goal) << name;
    EXPECT_FALSE(config.goal->source.empty()) << name;
  }
}

TEST_F(RecipeTest, AFileServesAsWell) {
  write_file(folder() / "mine.json", R"({"model": {"name": "mlp"}, "data": {"name": "mnist"}})");
  EXPECT_EQ(load_recipe((folder() / "mine.json").string()).at("recipe"), "mine");
  write_file(folder() / "list.json", "[]");
  EXPECT_THROW(load_recipe((folder() / "list.json").string()), c10::ValueError);
}

TEST_F(RecipeTest, NamesTheNearest) {
  try {
    load_recipe("mnist-mpl");
    FAIL() << "nothing was thrown";
  } catch (const c10::ValueError& error) {
    EXPECT_THAT(error.what_without_backtrace(), testing::HasSubstr("did you mean \"mnist-mlp\"?"));
  }
}

}  // namespace
}  // namespace spinlab::training
