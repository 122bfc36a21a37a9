#include "common/progress.h"

#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <string>

namespace {

using namespace std::chrono_literals;

std::size_t terminal_columns() {
  winsize size{};
  const bool known = ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0;
  return known ? size.ws_col : 80;
}

/// 3.42 M, 816 k
std::string with_unit(double number) {
  char text[32];
  if (number >= 1e6) {
    std::snprintf(text, sizeof text, "%.2f M", number / 1e6);
  } else {
    std::snprintf(text, sizeof text, "%.0f k", number / 1e3);
  }
  return text;
}

std::string text(const ProgressState& state) {
  char line[160];
  const auto seconds = static_cast<long>(std::ceil(state.seconds_left));
  std::snprintf(line, sizeof line, "step %llu of %llu  loss %.2e  %s samples/s  %ld:%02ld left",
                static_cast<unsigned long long>(state.step), static_cast<unsigned long long>(state.steps), state.loss,
                with_unit(state.samples_per_second).c_str(), seconds / 60, seconds % 60);
  return line;
}

/// `columns` characters, the part `done` of them full.
std::string bar(double done, std::size_t columns) {
  const auto full = static_cast<std::size_t>(std::lround(done * static_cast<double>(columns)));
  std::string line;
  for (std::size_t i = 0; i < columns; ++i) line += i < full ? "━" : "·";
  return line;
}

/// The text behind a bar, which takes the room that is left and gives way where there is little.
std::string text_with_bar(const ProgressState& state, std::size_t columns) {
  constexpr std::size_t kShortest = 8, kLongest = 60;
  const std::string line = text(state);
  if (columns < line.size() + 2 + kShortest) return line.substr(0, columns);
  const double done = state.step == state.steps ? 1 : state.seconds / (state.seconds + state.seconds_left);
  return bar(done, std::min(columns - line.size() - 2, kLongest)) + "  " + line;
}

}  // namespace

Progress::Progress() : is_terminal_(isatty(STDERR_FILENO) == 1) {}

Progress::~Progress() {
  if (has_bar_) std::fputc('\n', stderr);
}

void Progress::show(const ProgressState& state) {
  const Clock::time_point now = Clock::now();
  if (now < next_ && state.step != state.steps) return;
  next_ = now + (is_terminal_ ? 100ms : 2000ms);
  if (is_terminal_) {
    std::fprintf(stderr, "\r%s\x1b[K", text_with_bar(state, terminal_columns() - 1).c_str());
    has_bar_ = true;
  } else {
    std::fprintf(stderr, "%s\n", text(state).c_str());
  }
}
