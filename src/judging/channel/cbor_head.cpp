#include <cstdint>
#include <vector>

#include "src/judging/channel/socket.h"

// nlohmann's CBOR reader recurses once a level, so a megabyte of nested arrays would end the checker by its
// stack. This walks over the bytes first, without recursion and without allocating what they claim. [RFC
// 8949, section 3]
namespace spinlab::judging {
namespace {

constexpr std::size_t kMaxDepth = 32;

enum Major : unsigned { kUnsigned, kNegative, kBytes, kText, kArray, kMap, kTag, kSimple };

class Walk {
 public:
  explicit Walk(std::string_view cbor) : rest_(cbor) {}

  void whole() {
    items_left_.push_back(1);
    while (!items_left_.empty()) {
      if (items_left_.back() == 0) {
        items_left_.pop_back();
        continue;
      }
      --items_left_.back();
      item();
    }
    require(rest_.empty(), "bytes behind the message's head");
  }

 private:
  static void require(bool condition, const char* otherwise) {
    if (!condition) throw ProtocolError(otherwise);
  }

  std::uint64_t take(std::size_t count) {
    require(rest_.size() >= count, "a message's head is cut short");
    std::uint64_t value = 0;
    for (std::size_t i = 0; i < count; ++i) value = value << 8 | static_cast<unsigned char>(rest_[i]);
    rest_.remove_prefix(count);
    return value;
  }

  std::uint64_t argument(unsigned short_form) {
    require(short_form <= 27, "a message's head of indefinite length");
    return short_form < 24 ? short_form : take(std::size_t{1} << (short_form - 24));
  }

  void nest(std::uint64_t items) {
    require(items_left_.size() < kMaxDepth, "a message's head is nested too deeply");
    require(items <= rest_.size(), "a message's head is cut short");  // an item has a byte at least
    items_left_.push_back(items);
  }

  void item() {
    const auto first = take(1);
    const auto value = argument(first & 31);
    switch (static_cast<Major>(first >> 5)) {
      case kBytes:
      case kText:
        require(value <= rest_.size(), "a message's head is cut short");
        rest_.remove_prefix(value);
        break;
      case kArray:
        nest(value);
        break;
      case kMap:
        require(value <= rest_.size(), "a message's head is cut short");
        nest(2 * value);
        break;
      case kTag:
        throw ProtocolError("a tag in a message's head");
      default:
        break;
    }
  }

  std::string_view rest_;
  std::vector<std::uint64_t> items_left_;
};

}  // namespace

nlohmann::json parse_head(std::string_view cbor) {
  Walk(cbor).whole();
  auto head = nlohmann::json::from_cbor(cbor, true, false);
  if (head.is_discarded()) throw ProtocolError("a message's head is not CBOR");
  return head;
}

}  // namespace spinlab::judging
