// The schedule as text: buffers, then a step a line with its statements under it.
#include "compiler/ir/print.h"

#include <sstream>

#include "compiler/kernel/program.h"

namespace nnc::kernel {

namespace {

class Printer {
 public:
  explicit Printer(const Program& program) : program_(program) {}

  std::string run() {
    for (size_t b = 0; b < program_.buffers.size(); ++b) {
      const Buffer& buffer = program_.buffers[b];
      out_ << "tile " << buffer.name << "[" << buffer.features << ", T] " << scalar::name(buffer.type)
           << (buffer.kept ? " kept" : "") << "\n";
    }
    if (program_.uniforms > 0) out_ << "uniform [" << program_.uniforms << "]\n";
    for (const Accumulator& a : program_.accumulators)
      out_ << "lane sums " << a.out->name << "[" << a.elements << "]\n";
    if (!program_.before.groups.empty()) nest("before", program_.before);
    for (const Step& step : program_.tile) std::visit([&](const auto& s) { print(s); }, step);
    for (const Scatter& scatter : program_.scatters) {
      nest(scatter.axis ? "scatter over " + scatter.axis->name + ": " + std::to_string(scatter.axis->extent.size)
                        : "scatter",
           scatter.nest);
    }
    if (!program_.after.groups.empty()) nest("after", program_.after);
    return out_.str();
  }

 private:
  void print(const Nest& n) { nest("nest", n); }
  void print(const Product& p) {
    out_ << "product " << p.name << "[" << p.rows << "] " << (p.store == Store::add ? "+= " : "= ")
         << p.matrix.tensor->name << "[" << p.rows << ", " << p.terms << "] " << p.x.tensor->name;
    if (p.start) out_ << " + " << p.start->tensor->name;
    out_ << place(*p.out) << "\n";
    for (const Statement& s : p.epilogue) statement(s, "  ");
  }
  void print(const Outer& o) {
    out_ << "outer " << o.name << "[" << o.rows << ", " << o.terms << "] += " << o.dy.tensor->name << " "
         << o.x.tensor->name << "\n";
  }
  void print(const LaneSum& l) {
    out_ << "lane sum " << l.name << "[" << l.rows << "] += " << l.x.tensor->name << "\n";
  }
  void print(const Clear& c) { out_ << "clear " << c.tensor->name << "\n"; }

  void nest(const std::string& kind, const Nest& n) {
    out_ << kind << " " << n.name << "\n";
    for (const Group& group : n.groups) {
      out_ << "  for (";
      for (size_t i = 0; i < group.over.size(); ++i)
        out_ << (i ? ", " : "") << group.over[i]->name << ": " << group.over[i]->extent.size;
      out_ << ")\n";
      for (const Statement& s : group.statements) statement(s, "    ");
    }
  }

  void statement(const Statement& s, const std::string& indent) {
    static constexpr const char* kStores[] = {"", "add ", "add lanes ", "scatter "};
    out_ << indent << kStores[static_cast<size_t>(s.store)] << ir::print(s.equation) << place(*s.equation.out) << "\n";
  }

  std::string place(const ir::Tensor& tensor) const {
    auto found = program_.storage.find(&tensor);
    if (found == program_.storage.end()) return "";
    const Storage& storage = found->second;
    switch (storage.place) {
      case Place::tile: {
        std::string at = storage.buffer < 0 ? "" : program_.buffers[static_cast<size_t>(storage.buffer)].name;
        return "   in " + at + (storage.offset ? " + " + std::to_string(storage.offset) : "");
      }
      case Place::variable:
        return "   variable";
      case Place::array:
        return "   array";
      default:
        return "";
    }
  }

  const Program& program_;
  std::ostringstream out_;
};

}  // namespace

std::string print(const Program& program) { return Printer(program).run(); }

}  // namespace nnc::kernel
