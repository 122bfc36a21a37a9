#include "compiler/driver/defines.h"

#include "compiler/parse/parse.h"

namespace nnc::driver {

Defines::Defines(const std::vector<std::string>& texts, Sources& sources, Diagnostics& diagnostics) {
  for (const std::string& text : texts) {
    const auto equal = static_cast<uint32_t>(text.find('='));
    const Source& whole = sources.add("-D", text);
    // Blanks for the name: the value's columns are those of the whole.
    const Source& value = sources.add("-D", std::string(equal + 1, ' ') + text.substr(equal + 1));
    values_.push_back(parse::parse_expression(value, diagnostics));
    options_.defines.push_back({{text.substr(0, equal), {&whole, 0, equal}}, values_.back().get()});
  }
}

}  // namespace nnc::driver
