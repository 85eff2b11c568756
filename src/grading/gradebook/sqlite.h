#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>

struct sqlite3;
struct sqlite3_stmt;

namespace spinlab::grading {

/// One SQLite file. What fails because of the file (not a database, corrupt) throws c10::ValueError, what
/// fails because of the machine (disk full, no permission, locked for over ten seconds) c10::Error; both name
/// the file.
class Database {
 public:
  explicit Database(const std::filesystem::path& file);
  ~Database();
  Database(const Database&) = delete;
  Database& operator=(const Database&) = delete;

  /// Statements without parameters and results.
  void run(const char* statements);
  /// From now on, for every program: readers and the writer do not wait for each other.
  void use_write_ahead_log();
  std::int64_t last_row() const;
  void require(bool done) const;
  sqlite3* handle() const { return handle_; }

 private:
  sqlite3* handle_ = nullptr;
  std::string name_;
  std::chrono::steady_clock::time_point waiting_since_;
};

/// A prepared statement: values are bound from left to right, and result columns read from left to right.
class Statement {
 public:
  Statement(const Database& database, const char* text);
  ~Statement();
  Statement(const Statement&) = delete;
  Statement& operator=(const Statement&) = delete;

  Statement& bind(std::string_view value);
  Statement& bind(double value);
  Statement& bind(std::int64_t value);
  Statement& bind_null();

  /// Whether there is a row to read.
  bool step();
  std::string text();
  double number();
  std::int64_t integer();

 private:
  const Database& database_;
  sqlite3_stmt* statement_ = nullptr;
  int bound_ = 0;
  int read_ = 0;
};

/// While it lives, all statements read one state of the file, whatever others write meanwhile. It waits for no
/// writer, and none waits for it.
class Snapshot {
 public:
  explicit Snapshot(const Database& database);
  ~Snapshot();
  Snapshot(const Snapshot&) = delete;
  Snapshot& operator=(const Snapshot&) = delete;

 private:
  const Database& database_;
};

/// All or nothing: rolled back unless committed. Waits for another writer to end.
class Transaction {
 public:
  explicit Transaction(Database& database);
  ~Transaction();
  Transaction(const Transaction&) = delete;
  Transaction& operator=(const Transaction&) = delete;
  void commit();

 private:
  Database& database_;
  bool open_ = true;
};

}  // namespace spinlab::grading
