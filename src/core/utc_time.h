#pragma once

#include <cstdint>
#include <filesystem>
#include <string>

namespace spinlab {

/// This moment, in UTC: "2026-05-01T21:59:00Z". For people to read: nothing is ordered by it.
std::string utc_now();
/// Seconds since 1970, in the same form.
std::string utc_text(std::int64_t seconds);

/// Seconds since 1970 of an ISO 8601 date and time with its zone: "2026-05-01T23:59+02:00", "2026-05-01
/// 21:59:00Z". Throws c10::ValueError for anything else, a time without a zone included: which midnight a
/// deadline means is no guess.
std::int64_t parse_utc_time(const std::string& text);

}  // namespace spinlab
