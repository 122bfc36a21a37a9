// Calls what a generated model computes on the tensors of one case of a file, and writes what it gives to another. A
// model comes as a struct of types and visitors (main_text.h). Tensors of case 7 are called `7.<name>`.
#pragma once

#include <string>

#include "compiler/verify/drive.h"

namespace run {

/// The file of one case as `Batch` reads it.
class CaseFile {
 public:
  CaseFile(const nn::WeightsFile& file, std::string prefix) : file_(file), prefix_(std::move(prefix)) {}
  const nn::StoredTensor* find(const std::string& name) const { return file_.find(prefix_ + name); }

 private:
  const nn::WeightsFile& file_;
  std::string prefix_;
};

template <class M>
class Case {
 public:
  Case(const nn::WeightsFile& file, const std::string& prefix, nn::WeightsWriter& writer)
      : file_(file, prefix), prefix_(prefix), writer_(writer) {
    if (const nn::StoredTensor* seed = file_.find("seed of weights")) {  // 16 bits a number
      double words[4];
      std::memcpy(words, seed->data, sizeof words);
      std::uint64_t all = 0;
      for (int i = 4; i-- > 0;) all = (all << 16) | static_cast<std::uint64_t>(words[i]);
      weights_ = typename M::Weights(all);
    }
    M::params(weights_, [&](const char* name, float* numbers, std::size_t size) {
      const nn::StoredTensor* stored = file_.find(name);
      if (stored == nullptr) return;  // as the initialiser has it
      if (stored->bytes != size * sizeof(double)) throw nn::FileError(prefix_ + name + " has another size");
      for (std::size_t i = 0; i < size; ++i) {
        double number;
        std::memcpy(&number, stored->data + i * sizeof number, sizeof number);
        numbers[i] = static_cast<float>(number);
      }
    });
    double count;
    std::memcpy(&count, file_.find("count of samples")->data, sizeof count);
    count_ = static_cast<std::size_t>(count);
  }

  void run() {
    Batch<M, CaseFile> batch(file_, count_, false);
    const typename M::Network network(weights_);
    typename M::Workspace workspace;
    M::infer(network, batch.in, batch.out, workspace);
    for (const auto& [name, numbers] : batch.outputs()) write("infer." + name, numbers);
    for (const auto& [name, numbers] : evaluate_each<M>(network, batch.in, count_)) write("evaluate." + name, numbers);
    M::params(weights_, [&](const char* name, float* numbers, std::size_t size) {
      write(std::string("start.") + name, std::vector<float>(numbers, numbers + size));
    });
    if (is_given("output_gradient", [&](const auto& f) { M::output_gradients(batch.out_gradient, f); })) {
      typename M::Trainer trainer(weights_, {});
      trainer.forward(batch.in, batch.out);
      trainer.backward(batch.out_gradient, batch.in_gradient);
      for (const auto& [name, numbers] : batch.input_gradients()) write("backward." + name, numbers);
      write_gradients(trainer, "backward.");
      if constexpr (M::kHasDerivative) {
        for (const auto& [name, numbers] : derivatives<M>(network, batch, count_))
          write("differentiate." + name, numbers);
      }
    }
    if constexpr (M::kHasLoss) {
      if (is_given("target", [&](const auto& f) { M::targets(batch.target, f); })) step(batch);
    }
  }

 private:
  template <class Rows>
  bool is_given(const std::string& word, const Rows& rows) const {
    bool all = true;
    rows([&](const char* name, auto&) { all = all && file_.find(word + "." + name) != nullptr; });
    return all;
  }
  template <class T>
  void write(const std::string& name, const std::vector<T>& numbers) {
    writer_.add(prefix_ + name, {numbers.size()}, numbers.data());
  }
  void write_gradients(typename M::Trainer& trainer, const std::string& what) {
    M::params(weights_, [&](const char* name, float* numbers, std::size_t size) {
      const float* gradient = trainer.gradients() + (numbers - weights_.data());
      write(what + name, std::vector<float>(gradient, gradient + size));
    });
  }

  /// One step: its loss, then gradients, or weights where an optimizer takes them.
  void step(const Batch<M, CaseFile>& batch) {
    if constexpr (M::kHasLoss) {
      typename M::Trainer trainer(weights_, {});
      const auto said = trainer.step(batch.in, batch.target);
      write("loss", Numbers{said.loss});
      if (!M::kHasOptimizer) return write_gradients(trainer, "step.");
      typename M::Weights after = trainer.weights();
      M::params(after, [&](const char* name, float* numbers, std::size_t size) {
        write(std::string("step.") + name, std::vector<float>(numbers, numbers + size));
      });
    }
  }

  CaseFile file_;
  std::string prefix_;
  nn::WeightsWriter& writer_;
  typename M::Weights weights_{0};
  std::size_t count_ = 0;
};

}  // namespace run
