#include "src/grading/gradebook/sqlite.h"

#include <c10/util/Exception.h>
#include <sqlite3.h>

#include <random>
#include <thread>

namespace spinlab::grading {
namespace {

using Clock = std::chrono::steady_clock;

constexpr auto kLongestWait = std::chrono::seconds(10);

/// SQLite's own wait asks ten times a second, and so starves behind a program that writes again and again: the
/// lock is free for less than a millisecond between two of its transactions. This one asks more often, at
/// irregular moments. Returns whether to ask again.
int wait_for_lock(void* since, int asked) {
  thread_local std::minstd_rand random{std::random_device{}()};
  auto& start = *static_cast<Clock::time_point*>(since);
  if (asked == 0) start = Clock::now();
  if (Clock::now() - start > kLongestWait) return 0;
  std::this_thread::sleep_for(std::chrono::microseconds(500 + random() % 3000));
  return 1;
}

bool is_the_files_fault(int code) {
  return code == SQLITE_NOTADB || code == SQLITE_CORRUPT || code == SQLITE_FORMAT;
}

}  // namespace

Database::Database(const std::filesystem::path& file) : name_(file.string()) {
  const int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX;
  const int code = sqlite3_open_v2(file.c_str(), &handle_, flags, nullptr);
  if (code != SQLITE_OK) {
    sqlite3_close(handle_);
    TORCH_CHECK(false, name_, ": cannot be opened (", sqlite3_errstr(code),
                "); choose a folder that you may write to");
  }
  sqlite3_busy_handler(handle_, wait_for_lock, &waiting_since_);
}

Database::~Database() { sqlite3_close(handle_); }

void Database::require(bool done) const {
  if (done) return;
  const int code = sqlite3_errcode(handle_);
  TORCH_CHECK_VALUE(!is_the_files_fault(code), name_, ": not a gradebook, or corrupt (",
                    sqlite3_errmsg(handle_), "); restore it from a backup or move it away and grade again");
  TORCH_CHECK(false, name_, ": ", sqlite3_errmsg(handle_), "; ",
              code == SQLITE_BUSY ? "another program holds it, wait for that to end"
                                  : "see that the disk has space and that you may write there",
              "; then give the same command again, nothing that was recorded is lost");
}

void Database::run(const char* statements) {
  require(sqlite3_exec(handle_, statements, nullptr, nullptr, nullptr) == SQLITE_OK);
}

// SQLite does not wait by itself here: two programs that both want it would wait for each other.
void Database::use_write_ahead_log() {
  int code = SQLITE_OK;
  int asked = 0;
  do {
    code = sqlite3_exec(handle_, "PRAGMA journal_mode = WAL", nullptr, nullptr, nullptr);
  } while (code == SQLITE_BUSY && wait_for_lock(&waiting_since_, asked++) != 0);
  require(code == SQLITE_OK);
}

std::int64_t Database::last_row() const { return sqlite3_last_insert_rowid(handle_); }

Statement::Statement(const Database& database, const char* text) : database_(database) {
  database_.require(sqlite3_prepare_v2(database.handle(), text, -1, &statement_, nullptr) == SQLITE_OK);
}

Statement::~Statement() { sqlite3_finalize(statement_); }

Statement& Statement::bind(std::string_view value) {
  const auto size = static_cast<sqlite3_uint64>(value.size());
  const char* data = value.data() == nullptr ? "" : value.data();  // a null pointer would bind NULL
  const int code = sqlite3_bind_text64(statement_, ++bound_, data, size, SQLITE_TRANSIENT, SQLITE_UTF8);
  database_.require(code == SQLITE_OK);
  return *this;
}

Statement& Statement::bind(double value) {
  database_.require(sqlite3_bind_double(statement_, ++bound_, value) == SQLITE_OK);
  return *this;
}

Statement& Statement::bind(std::int64_t value) {
  database_.require(sqlite3_bind_int64(statement_, ++bound_, value) == SQLITE_OK);
  return *this;
}

Statement& Statement::bind_null() {
  database_.require(sqlite3_bind_null(statement_, ++bound_) == SQLITE_OK);
  return *this;
}

bool Statement::step() {
  const int code = sqlite3_step(statement_);
  database_.require(code == SQLITE_ROW || code == SQLITE_DONE);
  read_ = 0;
  return code == SQLITE_ROW;
}

std::string Statement::text() {
  const auto* data = sqlite3_column_text(statement_, read_);
  const auto size = sqlite3_column_bytes(statement_, read_++);
  return data == nullptr ? "" : std::string(reinterpret_cast<const char*>(data), static_cast<size_t>(size));
}

double Statement::number() { return sqlite3_column_double(statement_, read_++); }

std::int64_t Statement::integer() { return sqlite3_column_int64(statement_, read_++); }

Snapshot::Snapshot(const Database& database) : database_(database) {
  database_.require(sqlite3_exec(database_.handle(), "BEGIN", nullptr, nullptr, nullptr) == SQLITE_OK);
}

Snapshot::~Snapshot() { sqlite3_exec(database_.handle(), "COMMIT", nullptr, nullptr, nullptr); }

Transaction::Transaction(Database& database) : database_(database) { database_.run("BEGIN IMMEDIATE"); }

Transaction::~Transaction() {
  if (open_) sqlite3_exec(database_.handle(), "ROLLBACK", nullptr, nullptr, nullptr);
}

void Transaction::commit() {
  database_.run("COMMIT");
  open_ = false;
}

}  // namespace spinlab::grading
