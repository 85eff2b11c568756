#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <string>

/// What a fuzz target calls its parser with. libFuzzer gives bytes; most parsers read files.
namespace spinlab::fuzz {

/// A file of these bytes with this name, in the current folder, which fuzz.py puts into memory; written anew
/// at every call.
std::filesystem::path as_file(const std::uint8_t* bytes, std::size_t size, const std::string& name);

/// Runs `parse` and takes a refusal (c10::ValueError, ProtocolError) for an answer; everything else is a
/// finding.
template <typename Refusal, typename Parse>
void expect_only(const Parse& parse) {
  try {
    parse();
  } catch (const Refusal&) {
  }
}

}  // namespace spinlab::fuzz
