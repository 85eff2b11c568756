#include "src/training/export/metrics_export.h"

#include "src/core/csv.h"
#include "tests/support/spinlab_test.h"

namespace spinlab::training {
namespace {

using testing::ElementsAre;
using testing::Pair;

class MetricsExportTest : public SpinlabTest {
 protected:
  std::vector<Json> lines_{
      Json::parse(R"({"epoch": 1, "step": 40, "running_loss": 0.1, "test_loss": null, "seconds": 1.5})"),
      Json::parse(R"({"epoch": 2, "step": 80, "running_loss": 1e-300, "test_loss": 3, "seconds": 3,
                                          "critical_bits_per_dimension": 2, "test_bits_per_dimension": 4})")};
};

TEST_F(MetricsExportTest, ATableHasAColumnForEveryKey) {
  const auto table = parse_csv(metrics_csv(lines_), "metrics.csv");
  EXPECT_THAT(table.header, ElementsAre("epoch", "step", "running_loss", "test_loss", "seconds",
                                        "critical_bits_per_dimension", "test_bits_per_dimension"));
  EXPECT_THAT(table.rows, ElementsAre(ElementsAre("1", "40", "0.1", "", "1.5", "", ""),
                                      ElementsAre("2", "80", "1e-300", "3", "3", "2", "4")));
}

TEST_F(MetricsExportTest, ACurveIsNamedAfterItsPart) {
  const auto record = Json::parse(R"({"metrics": [{"name": "loss"}, {"name": "bits_per_dimension"}]})");
  const auto points = metrics_points(lines_, record, 1000);
  ASSERT_EQ(points.size(), 2u);
  EXPECT_THAT(points[0].values, ElementsAre(Pair("running_loss", 0.1)));
  EXPECT_EQ(points[0].step, 40);
  EXPECT_EQ(points[0].wall_time, 1001.5);
  EXPECT_THAT(points[1].values,
              ElementsAre(Pair("running_loss", 1e-300), Pair("test/loss", 3),
                          Pair("critical/bits_per_dimension", 2), Pair("test/bits_per_dimension", 4)));
}

// Before steps and run.json were written.
TEST_F(MetricsExportTest, AnOldRunsCurvesGoByEpochs) {
  const auto points =
      metrics_points({Json::parse(R"({"epoch": 7, "train_loss": 1, "test_r2": 0.5})")}, Json::object(), 0);
  ASSERT_EQ(points.size(), 1u);
  EXPECT_EQ(points[0].step, 7);
  EXPECT_EQ(points[0].wall_time, 0);
  EXPECT_THAT(points[0].values, ElementsAre(Pair("train/loss", 1), Pair("test/r2", 0.5)));
}

}  // namespace
}  // namespace spinlab::training
