// Calls everything that a generated model has, on tensors of a file, and writes what it gives to another. What can be
// told from the program alone (bits that must be equal, rows that must stay untouched) is checked here.
//
// A model comes as a struct of types and visitors, which main_text.h writes.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstring>
#include <fstream>
#include <iterator>
#include <limits>
#include <map>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include "nn/half.h"
#include "nn/view.h"
#include "nn/weights_file.h"

namespace run {

constexpr int kUntouched = 123;
constexpr int kTrainingSteps = 3;

template <class Row>
using Writable = nn::Rows<std::remove_const_t<typename Row::Element>, Row::kWidth>;

/// Numbers of any element type.
using Numbers = std::vector<double>;

/// The numbers of some rows, one row behind the other.
template <class Row>
Numbers numbers(const Row& rows) {
  Numbers all;
  for (std::size_t r = 0; r < rows.size(); ++r) {
    for (int i = 0; i < Row::kWidth; ++i) all.push_back(nn::convert<double>(rows(r, i)));
  }
  return all;
}

template <class T>
bool same_bits(const std::vector<T>& a, const std::vector<T>& b) {
  return a.size() == b.size() && (a.empty() || std::memcmp(a.data(), b.data(), a.size() * sizeof(T)) == 0);
}

/// Within a hundredth of the largest.
inline bool are_near(const std::vector<float>& a, const std::vector<float>& b) {
  float largest = 0;
  for (float number : b) largest = std::max(largest, std::fabs(number));
  for (std::size_t i = 0; i < b.size(); ++i) {
    if (!(std::fabs(a[i] - b[i]) <= 0.01f * largest)) return false;
  }
  return true;
}

/// Memory for rows, on the host.
using Memory = std::vector<std::max_align_t>;
inline void* place(Memory& memory, std::size_t bytes) {
  memory.resize(bytes / sizeof(std::max_align_t) + 1);
  return memory.data();
}

/// A field of one sample, a number or an array, as a pointer.
template <class T>
auto pointer(T& field) {
  if constexpr (std::is_arithmetic_v<T> || std::is_same_v<T, nn::f16> || std::is_same_v<T, nn::bf16>)
    return &field;
  else
    return std::data(field);
}

/// Copies row `s` of what a batch has to a field of one sample.
inline auto copy_row(std::size_t s) {
  return [s](auto& field, const auto& rows) {
    for (int i = 0; i < std::decay_t<decltype(rows)>::kWidth; ++i) pointer(field)[i] = rows(s, i);
  };
}

/// Rows of all kinds for one batch, packed or as a caller may have them: upside down, with gaps between numbers.
template <class M, class File = nn::WeightsFile>
class Batch {
 public:
  Batch(const File& file, std::size_t count, bool spread) : count_(count), spread_(spread) {
    M::inputs(in, [&](const char* name, auto& rows) { fill(rows, file, name); });
    M::targets(target, [&](const char* name, auto& rows) { fill(rows, file, std::string("target.") + name); });
    M::output_gradients(
        out_gradient, [&](const char* name, auto& rows) { fill(rows, file, std::string("output_gradient.") + name); });
    M::outputs(out, [&](const char* name, auto& rows) { rows = place<std::decay_t<decltype(rows)>>(name); });
    M::input_gradients(in_gradient, [&](const char* name, auto& rows) {
      rows = place<std::decay_t<decltype(rows)>>(std::string("gradient.") + name);
    });
  }

  std::map<std::string, Numbers> input_gradients() {
    std::map<std::string, Numbers> result;
    M::input_gradients(in_gradient, [&](const char* name, auto& rows) { result[name] = numbers(rows); });
    return result;
  }
  std::map<std::string, Numbers> outputs() {
    std::map<std::string, Numbers> result;
    M::outputs(out, [&](const char* name, auto& rows) { result[name] = numbers(rows); });
    return result;
  }
  /// One sample's input becomes NaN, and its targets. False where there is nothing that can be.
  bool spoil(std::size_t sample) {
    bool any = false;
    auto spoil_rows = [&](auto& rows) {
      using Row = Writable<std::decay_t<decltype(rows)>>;
      using Element = typename Row::Element;
      if constexpr (!std::is_integral_v<Element>) {
        any = true;
        const Row writable(const_cast<Element*>(rows.data()), rows.size(), rows.row_stride(), rows.element_stride());
        for (int i = 0; i < Row::kWidth; ++i) writable(sample, i) = nn::convert<Element>(std::nanf(""));
      }
    };
    M::inputs(in, [&](const char*, auto& rows) { spoil_rows(rows); });
    M::targets(target, [&](const char*, auto& rows) { spoil_rows(rows); });
    return any;
  }
  typename M::Inputs in;
  typename M::Targets target;
  typename M::Outputs out;
  typename M::OutputGradients out_gradient;
  typename M::InputGradients in_gradient;

 private:
  template <class Row>
  Writable<Row> place(const std::string& name) {
    using Element = typename Writable<Row>::Element;
    constexpr std::size_t kWidth = Row::kWidth, kStep = 2 * kWidth + 3;
    const std::size_t size = count_ * (spread_ ? kStep : kWidth);
    auto* first = static_cast<Element*>(M::place(memory_[name], size * sizeof(Element)));
    std::fill_n(first, size, nn::convert<Element>(kUntouched));
    if (!spread_ || count_ == 0) return Writable<Row>(first, count_);
    return Writable<Row>(first + (count_ - 1) * kStep, count_, -static_cast<std::ptrdiff_t>(kStep * sizeof(Element)),
                         2 * sizeof(Element));
  }
  template <class Row>
  void fill(Row& rows, const File& file, const std::string& name) {
    const Writable<Row> own = place<Row>(name);
    const nn::StoredTensor* stored = file.find(name);
    if (stored == nullptr) {  // nothing is asked of it
      rows = own;
      return;
    }
    const char* from = stored->data;
    for (std::size_t r = 0; r < count_; ++r) {
      for (int i = 0; i < Row::kWidth; ++i, from += sizeof(double)) {
        double number;
        std::memcpy(&number, from, sizeof number);
        own(r, i) = nn::convert<typename Writable<Row>::Element>(number);
      }
    }
    rows = own;
  }

  std::size_t count_;
  bool spread_;
  std::map<std::string, typename M::Memory> memory_;
};

/// What `evaluate` says of each sample, one sample behind the other.
template <class M>
std::map<std::string, Numbers> evaluate_each(const typename M::Network& network, const typename M::Inputs& in,
                                             std::size_t count) {
  std::map<std::string, Numbers> all;
  for (std::size_t s = 0; s < count; ++s) {
    typename M::Sample sample;
    M::sample(sample, in, copy_row(s));
    auto result = M::evaluate(network, sample);
    M::result(result, [&](const char* name, auto& field, int width) {
      for (int i = 0; i < width; ++i) all[name].push_back(nn::convert<double>(pointer(field)[i]));
    });
  }
  return all;
}

/// What `differentiate` gives for each sample of a batch, one behind the other, by input.
template <class M, class B>
std::map<std::string, Numbers> derivatives(const typename M::Network& network, const B& batch, std::size_t count) {
  std::map<std::string, Numbers> all;
  for (std::size_t s = 0; s < count; ++s) {
    typename M::Sample sample;
    typename M::ResultGradient gradient;
    M::sample(sample, batch.in, copy_row(s));
    M::result_gradient(gradient, batch.out_gradient, copy_row(s));
    auto result = M::differentiate(network, sample, gradient);
    M::sample_gradient(result, [&](const char* name, auto& field, int width) {
      all[name].insert(all[name].end(), pointer(field), pointer(field) + width);
    });
  }
  return all;
}

/// The run of one model.
template <class M>
class Drive {
 public:
  explicit Drive(const std::string& path) : file_(nn::WeightsFile::read(path)) {
    M::params(weights_, [&](const char* name, float* numbers, std::size_t size) {
      const nn::StoredTensor* stored = file_.find(name);
      if (stored == nullptr || stored->bytes != size * sizeof(double)) throw nn::FileError(std::string("no ") + name);
      for (std::size_t i = 0; i < size; ++i) {
        double number;
        std::memcpy(&number, stored->data + i * sizeof number, sizeof number);
        numbers[i] = static_cast<float>(number);
      }
    });
  }

  /// False after complaints. `scratch` is the beginning of names of files that may be written.
  bool run(const std::string& out, const std::string& scratch) {
    scratch_ = scratch;
    start_values();
    outputs();
    samples();
    for (std::size_t count : M::kSizes) gradients(count, 1, false);
    gradients(kMost, 2, false);
    gradients(kMost, 1, true);
    if constexpr (M::kHasLoss) {
      for (std::size_t count : M::kSizes) steps("step/" + std::to_string(count), count, 1, 1, false);
      steps("step/threads", kMost, 1, 2, false);
      steps("step/spread", kMost, 1, 1, true);
      steps("train", M::kTile + 1, kTrainingSteps, 1, false);
      steps("train/threads", M::kTile + 1, kTrainingSteps, 2, false);
      if constexpr (M::kHasOptimizer) not_finite();
    }
    files();
    writer_.write(out);
    return good_;
  }

 private:
  static constexpr std::size_t kMost = 2 * M::kTile + 5;

  void check(bool good, const std::string& claim) {
    if (!good) std::fprintf(stderr, "not true: %s\n", claim.c_str());
    good_ = good_ && good;
  }
  template <class T>
  void write(const std::string& name, const std::vector<T>& numbers) {
    writer_.add(name, {numbers.size()}, numbers.data());
  }
  static Numbers first_rows(const Numbers& all, std::size_t count) {
    return {all.begin(), all.begin() + static_cast<std::ptrdiff_t>(all.size() / kMost * count)};
  }

  void start_values() {
    typename M::Weights weights(7);
    M::params(weights, [&](const char* name, float* numbers, std::size_t size) {
      write(std::string("start/") + name, std::vector<float>(numbers, numbers + size));
    });
  }

  /// `infer` for each size of batch, and rows that lie apart: always the same bits.
  void outputs() {
    const typename M::Network network(weights_);
    typename M::Workspace workspace;
    Batch<M> most(file_, kMost, false);
    M::infer(network, most.in, most.out, workspace);
    outputs_ = most.outputs();
    for (const auto& [name, numbers] : outputs_) write("infer/" + name, numbers);
    auto expect = [&](std::size_t count, bool spread) {
      Batch<M> batch(file_, count, spread);
      M::infer(network, batch.in, batch.out, workspace);
      for (const auto& [name, numbers] : batch.outputs()) {
        check(same_bits(numbers, first_rows(outputs_[name], count)),
              "infer gives `" + name + "` for " + std::to_string(count) + (spread ? " rows apart" : " rows"));
      }
    };
    for (std::size_t count : M::kSizes) expect(count, false);
    expect(0, false);
    expect(kMost, true);
    Batch<M> unwanted(file_, kMost, false);
    unwanted.out = {};
    M::infer(network, unwanted.in, unwanted.out, workspace);
  }

  void samples() {
    const typename M::Network network(weights_);
    const Batch<M> batch(file_, kMost, false);
    for (const auto& [name, numbers] : evaluate_each<M>(network, batch.in, kMost)) write("evaluate/" + name, numbers);
    if constexpr (M::kHasDerivative) {
      for (const auto& [name, numbers] : derivatives<M>(network, batch, kMost))
        write("differentiate/gradient." + name, numbers);
    }
  }

  static typename M::Options options(int threads) {
    typename M::Options result;
    result.threads = threads;
    return result;
  }

  /// `forward` and `backward`; gradients of inputs are the same bits in each batch.
  void gradients(std::size_t count, int threads, bool spread) {
    const std::string what = "backward/" + (spread         ? "spread"
                                            : threads == 1 ? std::to_string(count)
                                                           : std::string("threads"));
    typename M::Trainer trainer(weights_, options(threads));
    Batch<M> batch(file_, count, spread);
    trainer.forward(batch.in, batch.out);
    for (const auto& [name, numbers] : batch.outputs()) {
      check(same_bits(numbers, first_rows(outputs_[name], count)), what + ": forward gives `" + name + "`");
    }
    trainer.backward(batch.out_gradient, batch.in_gradient);
    write_gradients(trainer, what);
    if (count == kMost) {
      for (const auto& [name, numbers] : batch.input_gradients()) write(what + "/gradient." + name, numbers);
    } else {
      Batch<M> most(file_, kMost, false);
      typename M::Trainer other(weights_, options(1));
      other.forward(most.in, most.out);
      other.backward(most.out_gradient, most.in_gradient);
      auto expected = most.input_gradients();
      for (const auto& [name, numbers] : batch.input_gradients()) {
        check(same_bits(numbers, first_rows(expected[name], count)), what + " gives the gradient of `" + name + "`");
      }
    }
    trainer.backward(batch.out_gradient);
    write_gradients(trainer, "twice/" + what);
  }
  void write_gradients(typename M::Trainer& trainer, const std::string& what) {
    M::params(weights_, [&](const char* name, float* numbers, std::size_t size) {
      const float* gradient = trainer.gradients() + (numbers - weights_.data());
      write(what + "/gradient." + name, std::vector<float>(gradient, gradient + size));
    });
  }

  void steps(const std::string& what, std::size_t count, int steps, int threads, bool spread) {
    typename M::Trainer trainer(weights_, options(threads));
    Batch<M> batch(file_, count, spread);
    for (int k = 1; k <= steps; ++k) {
      const std::string name = steps == 1 ? what : what + "/" + std::to_string(k);
      const std::uint64_t before = trainer.steps();
      const auto step = trainer.step(batch.in, batch.target);
      check(trainer.steps() == before + (step.applied ? 1 : 0), name + " counts");
      write(name + "/loss", Numbers{step.loss});
      write(name + "/applied", Numbers{step.applied ? 1.0f : 0.0f});
      if (M::kHasOptimizer) {
        write_state(trainer, name);
      } else {
        write_gradients(trainer, name);
        trainer = typename M::Trainer(weights_, options(threads));
      }
    }
  }
  /// What `save` says.
  void write_state(const typename M::Trainer& trainer, const std::string& what) {
    const std::string path = scratch_ + ".state";
    M::save(path, trainer);
    const nn::WeightsFile saved = nn::WeightsFile::read(path);
    for (const nn::StoredTensor& tensor : saved.tensors()) write(what + "/" + tensor.name, numbers_of(tensor));
    typename M::Weights offered = trainer.inference_weights();
    M::params(offered, [&](const char* name, float* numbers, std::size_t size) {
      write(what + "/inference." + name, std::vector<float>(numbers, numbers + size));
    });
  }
  static Numbers numbers_of(const nn::StoredTensor& tensor) {
    Numbers numbers(tensor.bytes / nn::info(tensor.dtype).size);
    for (std::size_t i = 0; i < numbers.size(); ++i) {
      if (tensor.dtype == nn::Dtype::kF32) numbers[i] = static_cast<double>(read<float>(tensor.data + 4 * i));
      if (tensor.dtype == nn::Dtype::kF64) numbers[i] = read<double>(tensor.data + 8 * i);
      if (tensor.dtype == nn::Dtype::kI64) numbers[i] = static_cast<double>(read<std::int64_t>(tensor.data + 8 * i));
    }
    return numbers;
  }
  template <class T>
  static T read(const char* bytes) {
    T value;
    std::memcpy(&value, bytes, sizeof value);
    return value;
  }
  /// The bits of what is saved; of what belongs to a parameter alone, or also of numbers that are one for all.
  std::vector<float> state(const typename M::Trainer& trainer, bool with_numbers = true) {
    const std::string path = scratch_ + ".state";
    M::save(path, trainer);
    const nn::WeightsFile saved = nn::WeightsFile::read(path);
    std::vector<float> all;
    for (const nn::StoredTensor& tensor : saved.tensors()) {
      if (tensor.dtype == nn::Dtype::kF64 && !with_numbers) continue;
      std::vector<float> numbers(tensor.bytes / sizeof(float));
      if (!numbers.empty()) std::memcpy(numbers.data(), tensor.data, numbers.size() * sizeof(float));
      all.insert(all.end(), numbers.begin(), numbers.end());
    }
    return all;
  }

  /// A batch of no samples changes nothing and says so, one with a NaN no parameter and none of their states; the next
  /// step is as if they had not been.
  void not_finite() {
    typename M::Trainer trainer(weights_, options(1)), other(weights_, options(1));
    Batch<M> good(file_, M::kTile + 1, false), none(file_, 0, false), bad(file_, M::kTile + 1, false);
    const bool is_bad = bad.spoil(M::kTile / 2) && M::kStepReadsRows;
    trainer.step(good.in, good.target);
    other.step(good.in, good.target);
    const std::vector<float> before = state(trainer);
    if (M::kStepReadsRows) check(!trainer.step(none.in, none.target).applied, "a step of no samples is not applied");
    check(same_bits(state(trainer), before), "a step of no samples changes nothing");
    const std::vector<float> of_params = state(trainer, false);
    const std::uint64_t steps = trainer.steps();
    if (is_bad) check(!trainer.step(bad.in, bad.target).applied, "a step whose gradient is not finite is not applied");
    check(same_bits(state(trainer, false), of_params) && trainer.steps() == steps,
          "a step whose gradient is not finite changes nothing");
    // Where it has changed the factor of the loss, gradients of rounded types are rounded elsewhere.
    const bool is_scaled = !same_bits(state(trainer), before);
    check(trainer.step(good.in, good.target).applied == other.step(good.in, good.target).applied, "training goes on");
    const std::vector<float> after = state(trainer, false), undisturbed = state(other, false);
    check(is_scaled ? are_near(after, undisturbed) : same_bits(after, undisturbed),
          "training goes on as if nothing had been");
  }

  static std::vector<char> bytes_of(const std::string& path) {
    std::ifstream in(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
  }
  /// Files bring back weights, and a trainer that goes on exactly.
  void files() {
    M::save(scratch_ + ".weights", weights_);
    const typename M::Weights loaded = M::load(scratch_ + ".weights");
    check(std::equal(loaded.data(), loaded.data() + loaded.size(), weights_.data()), "load gives what save wrote");
    const std::vector<char> bytes = bytes_of(scratch_ + ".weights");
    const typename M::Weights from_bytes = M::load(bytes.data(), bytes.size());
    check(std::equal(from_bytes.data(), from_bytes.data() + from_bytes.size(), weights_.data()),
          "load of bytes gives what save wrote");
    typename M::Trainer trainer(weights_, options(1)), other(typename M::Weights(3), options(1));
    if constexpr (M::kHasLoss) {
      Batch<M> batch(file_, M::kTile + 1, false);
      trainer.step(batch.in, batch.target);
      M::save(scratch_ + ".trainer", trainer);
      M::restore(other, scratch_ + ".trainer");
      check(other.steps() == trainer.steps(), "restore brings back the number of steps");
      trainer.step(batch.in, batch.target);
      other.step(batch.in, batch.target);
    } else {
      M::save(scratch_ + ".trainer", trainer);
      M::restore(other, scratch_ + ".trainer");
    }
    check(same_bits(state(trainer), state(other)), "a restored trainer goes on exactly");
  }

  nn::WeightsFile file_;
  nn::WeightsWriter writer_;
  std::string scratch_;
  typename M::Weights weights_{0};
  std::map<std::string, Numbers> outputs_;
  bool good_ = true;
};

template <class M>
int drive(int argc, char** argv) {
  if (argc != 3) return 2;
  try {
    return Drive<M>(argv[1]).run(argv[2], argv[2]) ? 0 : 1;
  } catch (const std::exception& error) {
    std::fprintf(stderr, "%s\n", error.what());
    return 3;
  }
}

}  // namespace run
