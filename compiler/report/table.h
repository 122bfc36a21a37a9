// Columns of text.
#pragma once

#include <string>
#include <vector>

namespace nnc::report {

/// Rows of cells, each column as wide as its widest cell; a column is to the right where `align` says 'r'.
class Table {
 public:
  explicit Table(std::string align) : align_(std::move(align)) {}

  void row(std::vector<std::string> cells) { rows_.push_back(std::move(cells)); }
  bool empty() const { return rows_.empty(); }
  /// Lines that are indented, without blanks at their ends.
  std::string text(size_t indent) const;

 private:
  std::string align_;
  std::vector<std::vector<std::string>> rows_;
};

}  // namespace nnc::report
