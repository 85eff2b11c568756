#include "src/judging/channel/pack.h"

#include <ATen/ops/arange.h>
#include <ATen/ops/empty.h>
#include <ATen/ops/equal.h>
#include <ATen/ops/eye.h>
#include <ATen/ops/randn.h>
#include <ATen/ops/scalar_tensor.h>
#include <ATen/ops/tensor.h>

#include <limits>

#include "tests/support/spinlab_test.h"

namespace spinlab::judging {
namespace {

class CodecTest : public SpinlabTest {
 protected:
  /// What the other side gets: through CBOR, as on the socket.
  template <typename T>
  static T travelled(const T& value) {
    auto message = pack<T>(value);
    message.head = parse_head(cbor(message.head));
    return std::get<0>(unpack<T>(message));
  }

  static std::string cbor(const nlohmann::json& head) {
    const auto bytes = nlohmann::json::to_cbor(head);
    return {bytes.begin(), bytes.end()};
  }

  static at::Tensor decoded(const nlohmann::json& tensor, std::size_t bytes) {
    return std::get<0>(unpack<at::Tensor>({nlohmann::json::array({tensor}), std::string(bytes, '\1')}));
  }
};

class CodecTypes : public CodecTest, public testing::WithParamInterface<at::ScalarType> {};

TEST_P(CodecTypes, ComesBackBitForBit) {
  const auto value = (at::randn({3, 4}, at::kDouble) * 4).to(GetParam());
  const auto back = travelled(value);
  EXPECT_EQ(back.scalar_type(), GetParam());
  EXPECT_TRUE(at::equal(back, value));
}

INSTANTIATE_TEST_SUITE_P(All, CodecTypes,
                         testing::Values(at::kByte, at::kChar, at::kShort, at::kInt, at::kLong, at::kHalf,
                                         at::kBFloat16, at::kFloat, at::kDouble, at::kBool, at::kComplexFloat,
                                         at::kComplexDouble),
                         [](const auto& info) { return std::string(c10::toString(info.param)); });

TEST_F(CodecTest, TensorsOfEveryLayout) {
  const auto matrix = at::arange(12, at::kFloat).reshape({3, 4});
  for (const auto& value : {matrix.t(), matrix.slice(1, 0, 4, 2), at::scalar_tensor(2.5), at::empty({0, 7}),
                            at::empty({2, 0, 3}, at::kLong), matrix.narrow(0, 1, 1).expand({5, 4})}) {
    const auto back = travelled(value);
    EXPECT_EQ(back.sizes(), value.sizes());
    EXPECT_TRUE(at::equal(back, value));
    EXPECT_TRUE(back.is_contiguous());
  }
}

TEST_F(CodecTest, ConjugatesAreResolvedAndGradientsLeftBehind) {
  const auto z = at::randn({3}, at::kComplexDouble);
  EXPECT_TRUE(at::equal(travelled(z.conj()), z.conj().resolve_conj()));
  EXPECT_FALSE(travelled(at::randn({2}).requires_grad_()).requires_grad());
}

TEST_F(CodecTest, AnUndefinedTensorStaysUndefined) { EXPECT_FALSE(travelled(at::Tensor()).defined()); }

TEST_F(CodecTest, ASparseTensorIsAnErrorThatSaysWhatToDo) {
  EXPECT_THROW(pack(at::eye(3).to_sparse()), c10::ValueError);
}

TEST_F(CodecTest, Scalars) {
  EXPECT_EQ(travelled(0.1), 0.1);
  EXPECT_EQ(travelled(-std::numeric_limits<double>::infinity()), -std::numeric_limits<double>::infinity());
  EXPECT_TRUE(std::isnan(travelled(std::nan(""))));
  EXPECT_EQ(travelled(std::numeric_limits<std::int64_t>::min()), std::numeric_limits<std::int64_t>::min());
  EXPECT_EQ(travelled(true), true);
  EXPECT_EQ(travelled(std::string("a\0\xff b", 5)), std::string("a\0\xff b", 5));
}

struct Fit {
  at::Tensor weights;
  double loss = 0;
  std::optional<std::string> note;
  bool operator==(const Fit& other) const {
    return at::equal(weights, other.weights) && loss == other.loss && note == other.note;
  }
};

TEST_F(CodecTest, Compounds) {
  EXPECT_EQ(travelled(std::vector<double>{1, -2}), (std::vector<double>{1, -2}));
  EXPECT_EQ(travelled(std::vector<std::int64_t>{}), std::vector<std::int64_t>{});
  EXPECT_EQ(travelled(std::vector<bool>{true, false}), (std::vector<bool>{true, false}));
  EXPECT_EQ(travelled(std::vector<std::string>{"a", ""}), (std::vector<std::string>{"a", ""}));
  EXPECT_EQ(travelled(std::optional<double>()), std::nullopt);
  EXPECT_EQ(travelled(std::pair<int, bool>{7, true}), (std::pair<int, bool>{7, true}));
  const Fit fit{at::randn({3}), 0.5, "converged"};
  EXPECT_EQ(travelled(fit), fit);
  EXPECT_EQ(travelled(std::vector<Fit>{fit, fit}), (std::vector<Fit>{fit, fit}));
  EXPECT_EQ(travelled(std::optional<Fit>(fit)), fit);
}

TEST_F(CodecTest, TensorsThatLieAreRefused) {
  const auto tensor = [](const char* dtype, nlohmann::json shape) {
    return nlohmann::json{{"dtype", dtype}, {"shape", std::move(shape)}};
  };
  const auto big = std::int64_t{1} << 40;
  EXPECT_EQ(decoded(tensor("float64", {2}), 16).numel(), 2);
  EXPECT_THROW(decoded(tensor("float64", {2}), 15), ProtocolError);
  EXPECT_THROW(decoded(tensor("float64", {2}), 17), ProtocolError);
  EXPECT_THROW(decoded(tensor("float64", {-2}), 16), ProtocolError);
  EXPECT_THROW(decoded(tensor("float64", {2.0}), 16), ProtocolError);
  EXPECT_THROW(decoded(tensor("float64", {big, big}), 16), ProtocolError);
  EXPECT_THROW(decoded(tensor("float64", {0, big, big}), 0), ProtocolError);
  EXPECT_THROW(decoded(tensor("float64", {big}), 16), ProtocolError);
  EXPECT_THROW(decoded(tensor("float64", std::vector<int>(17, 1)), 8), ProtocolError);
  EXPECT_THROW(decoded(tensor("quint8", {2}), 2), ProtocolError);
  EXPECT_THROW(decoded(tensor("float64", "2"), 16), ProtocolError);
  EXPECT_THROW(decoded({{"shape", {2}}}, 16), ProtocolError);
  EXPECT_THROW(decoded({{"dtype", 3}, {"shape", {2}}}, 16), ProtocolError);
  EXPECT_THROW(decoded("float64", 16), ProtocolError);
}

TEST_F(CodecTest, ABooleanOfAnyByteIsZeroOrOne) {
  const Message message{nlohmann::json::array({{{"dtype", "bool"}, {"shape", {3}}}}),
                        std::string("\0\1\xff", 3)};
  const auto flags = std::get<0>(unpack<at::Tensor>(message));
  EXPECT_EQ(flags.sum().item<std::int64_t>(), 2);
}

TEST_F(CodecTest, WrongTypesAreRefused) {
  const auto as = [](auto tag, nlohmann::json value) {
    return unpack<decltype(tag)>({nlohmann::json::array({std::move(value)}), ""});
  };
  EXPECT_THROW(as(1.0, "1"), ProtocolError);
  EXPECT_THROW(as(std::int64_t{1}, 1.5), ProtocolError);
  EXPECT_THROW(as(std::int64_t{1}, std::numeric_limits<std::uint64_t>::max()), ProtocolError);
  EXPECT_THROW(as(std::uint8_t{1}, 256), ProtocolError);
  EXPECT_THROW(as(true, 1), ProtocolError);
  EXPECT_THROW(as(std::string(), "text"), ProtocolError);
  EXPECT_THROW(as(std::optional<double>(), {1.0, 2.0}), ProtocolError);
  EXPECT_THROW(as(std::pair<int, int>(), {1}), ProtocolError);
  EXPECT_THROW(as(std::vector<std::string>(), nullptr), ProtocolError);
  EXPECT_THROW(as(std::vector<double>(), nullptr), ProtocolError);
  EXPECT_THROW(as(Fit(), {1.0}), ProtocolError);
  EXPECT_THROW(unpack<double>({nlohmann::json::object(), ""}), ProtocolError);
  EXPECT_THROW((unpack<double, double>({nlohmann::json::array({1.0}), ""})), ProtocolError);
}

}  // namespace
}  // namespace spinlab::judging
