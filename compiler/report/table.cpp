#include "compiler/report/table.h"

#include <algorithm>

#include "compiler/report/numbers.h"

namespace nnc::report {

std::string Table::text(size_t indent) const {
  std::vector<size_t> widths(align_.size());
  for (const auto& row : rows_) {
    for (size_t c = 0; c < row.size(); ++c) widths[c] = std::max(widths[c], width(row[c]));
  }
  std::string text;
  for (const auto& row : rows_) {
    std::string line(indent, ' ');
    for (size_t c = 0; c < row.size(); ++c) {
      const std::string fill(widths[c] - width(row[c]), ' ');
      line += (c ? "  " : "") + (align_[c] == 'r' ? fill + row[c] : row[c] + fill);
    }
    line.erase(line.find_last_not_of(' ') + 1);
    text += line + "\n";
  }
  return text;
}

}  // namespace nnc::report
