#include "src/judging/channel/socket.h"

#include <sys/socket.h>
#include <unistd.h>

#include <cstring>
#include <random>
#include <thread>

#include "src/core/seed.h"
#include "tests/support/spinlab_test.h"

namespace spinlab::judging {
namespace {

class SocketTest : public SpinlabTest {
 protected:
  SocketTest() {
    int ends[2];
    if (::socketpair(AF_UNIX, SOCK_STREAM, 0, ends) != 0) throw std::runtime_error("socketpair");
    ours_ = Socket(ends[0]);
    hostile_ = ends[1];
  }
  ~SocketTest() override { hang_up(); }

  void hang_up() {
    if (hostile_ >= 0) ::close(hostile_);
    hostile_ = -1;
  }

  /// What a worker could write by hand.
  void write(const std::string& bytes) {
    ASSERT_EQ(::write(hostile_, bytes.data(), bytes.size()), bytes.size());
  }

  static std::string frame(std::uint64_t head_bytes, std::uint64_t payload_bytes, const std::string& rest) {
    std::string bytes(16, '\0');
    std::memcpy(bytes.data(), &head_bytes, 8);
    std::memcpy(bytes.data() + 8, &payload_bytes, 8);
    return bytes + rest;
  }

  Message receive(double seconds = 2) { return ours_.receive(seconds_from_now(seconds)); }

  Socket ours_{-1};
  int hostile_ = -1;
};

TEST_F(SocketTest, AMessageOfSeveralMegabytesComesWhole) {
  Socket theirs(std::exchange(hostile_, -1));
  const Message message{{{"call", "f"}, {"arguments", {1, 2.5, nullptr}}}, std::string(5 << 20, 'x')};
  std::thread sender([&] { theirs.send(message, seconds_from_now(10)); });
  const auto back = receive(10);
  sender.join();
  EXPECT_EQ(back.head, message.head);
  EXPECT_EQ(back.payload, message.payload);
}

TEST_F(SocketTest, SilenceEndsAtTheDeadline) { EXPECT_THROW(receive(0.05), ChannelTimeout); }

TEST_F(SocketTest, HalfAMessageEndsAtTheDeadline) {
  write(frame(4, 0, "\x81"));
  EXPECT_THROW(receive(0.05), ChannelTimeout);
}

TEST_F(SocketTest, AWorkerThatDoesNotReadCannotBlockTheChecker) {
  EXPECT_THROW(ours_.send({nullptr, std::string(8 << 20, 'x')}, seconds_from_now(0.05)), ChannelTimeout);
}

TEST_F(SocketTest, HangingUpIsClosed) {
  write(frame(4, 0, "\x81"));
  hang_up();
  EXPECT_THROW(receive(), ChannelClosed);
  EXPECT_THROW(ours_.send({nullptr, "x"}, seconds_from_now(1)), ChannelClosed);
}

TEST_F(SocketTest, ClaimedSizesAreCapped) {
  write(frame(kMaxHeadBytes + 1, 0, ""));
  EXPECT_THROW(receive(), ProtocolError);
}

TEST_F(SocketTest, ClaimedPayloadsAreCapped) {
  write(frame(1, ~std::uint64_t{0}, "\xf6"));
  EXPECT_THROW(receive(), ProtocolError);
}

TEST_F(SocketTest, AMessageTooLargeIsNotSent) {
  EXPECT_THROW(ours_.send({std::string(kMaxHeadBytes + 1, 'x'), ""}, seconds_from_now(1)), ProtocolError);
}

struct Malformed {
  const char* name;
  std::string cbor;
};

class MalformedHeads : public testing::TestWithParam<Malformed> {};

TEST_P(MalformedHeads, AreRefused) { EXPECT_THROW(parse_head(GetParam().cbor), ProtocolError); }

INSTANTIATE_TEST_SUITE_P(
    Corpus, MalformedHeads,
    testing::Values(Malformed{"Empty", ""}, Malformed{"CutInteger", "\x1b\x01\x02"},
                    Malformed{"CutString", "\x65hell"},
                    Malformed{"StringOfExabytes", "\x7b\xff\xff\xff\xff\xff\xff\xff\xffx"},
                    Malformed{"ArrayOfExabytes", "\x9b\xff\xff\xff\xff\xff\xff\xff\xff"},
                    Malformed{"MapOfExabytes", std::string("\xbb\x80\0\0\0\0\0\0\x01", 9)},
                    Malformed{"CutArray", "\x82\x01"}, Malformed{"CutMap", "\xa1\x61k"},
                    Malformed{"IndefiniteArray", "\x9f\x01\xff"},
                    Malformed{"IndefiniteString", "\x7f\x61\x61\xff"}, Malformed{"Reserved", "\x1c"},
                    Malformed{"Break", "\xff"}, Malformed{"Tag", "\xc2\x41\x01"},
                    Malformed{"TwoItems", "\x01\x02"}, Malformed{"KeyThatIsNoText", "\xa1\x01\x02"},
                    Malformed{"DepthOfAMegabyte", std::string(1 << 20, '\x81')}),
    [](const auto& info) { return info.param.name; });

TEST(Heads, OfModestDepthAreRead) {
  nlohmann::json nested = 1;
  for (int i = 0; i < 20; ++i) nested = nlohmann::json::array({nested});
  const auto bytes = nlohmann::json::to_cbor(nested);
  EXPECT_EQ(parse_head({reinterpret_cast<const char*>(bytes.data()), bytes.size()}), nested);
}

/// Whatever the bytes: a value or a ProtocolError, nothing else.
TEST(Heads, RandomBytesAndRandomDamageNeverDoMore) {
  auto engine = make_engine(20250714, "cbor fuzz");
  const auto good =
      nlohmann::json::to_cbor({{"value", {{{"dtype", "float64"}, {"shape", {2, 3}}}, 1.5, "x", nullptr}}});
  for (int i = 0; i < 20000; ++i) {
    std::string bytes(good.begin(), good.end());
    if (i % 2 == 0) bytes.resize(engine() % 40);
    for (std::uint64_t flips = i % 2 == 0 ? bytes.size() : 1 + engine() % 4; flips > 0 && !bytes.empty();
         --flips)
      bytes[engine() % bytes.size()] = static_cast<char>(engine());
    try {
      parse_head(bytes);
    } catch (const ProtocolError&) {
    }
  }
}

}  // namespace
}  // namespace spinlab::judging
