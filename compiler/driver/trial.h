// A model's files together with the program that verifies them.
#pragma once

#include <vector>

#include "compiler/driver/files.h"
#include "compiler/driver/options.h"
#include "compiler/emit/model.h"
#include "compiler/verify/main_text.h"
#include "compiler/verify/plan.h"

namespace nnc::driver {

struct Trial {
  verify::Plan plan;
  verify::Interface interface;
  std::vector<OutputFile> files;  // the model's; for a device also <namespace>_on_host.cpp
};

/// `options.output` is <namespace>.cpp or <namespace>.cu in the folder of the files.
Trial trial(emit::Model model, const Options& options);

/// The file of `main`.
inline constexpr const char* kTrialMain = "verify-main.cpp";

/// Its files with a main beside them. Of <namespace>.cpp it has the text, so that it is compiled alone; <namespace>.cu
/// is compiled with it.
std::vector<OutputFile> with_main(const Trial& trial);

/// True if threads of a device add to one place: the bits then depend on their order.
bool adds_in_any_order(const emit::Model& model);

}  // namespace nnc::driver
