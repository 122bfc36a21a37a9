# The text tests: which files they are, which words their RUN lines know, which machines can run them.
#
#   // RUN: %nnc %s --print=ast | %FileCheck %s
#   // RUN: %exits 1 %nnc %s -o %t.cpp 2>&1 | %FileCheck %s
#   // RUN: %nnc %s -o %t.cpp && %cxx -c %t.cpp -o %t.o          (%clangxx: only with `// REQUIRES: clang`)
#
# Folders named `inputs` and `models` hold what tests read. A tool of `nnc_test_tool` is called by its name.
import os
import shlex
import subprocess
import sys

import lit.formats

config.name = "nnc"
config.test_format = lit.formats.ShTest(execute_external=False)
config.suffixes = [".nn", ".ir", ".test"]
config.excludes = ["inputs", "conformance", "models", "bench"]
config.test_source_root = os.path.join(config.source_dir, "test")
config.test_exec_root = os.path.join(config.build_dir, "test")

tools = [os.path.join(config.build_dir, "bin"), os.path.dirname(config.filecheck), "/usr/lib/llvm-19/bin"]
config.environment["PATH"] = os.pathsep.join(tools + [config.environment["PATH"]])
config.environment["LC_ALL"] = "C.UTF-8"



def substitute(word, *command):
    config.substitutions.append((word + r"\b", " ".join(command)))


def path(*parts):
    return shlex.quote(os.path.join(*parts))


runtime = "-I" + path(config.source_dir, "runtime")
generated = f"-std=c++17 -O1 -Wall -Wextra -Wpedantic -Wconversion -Wshadow -Werror {runtime} -pthread"
filecheck = path(config.filecheck)
if lit_config.params.get("bless"):
    filecheck = f"{path(sys.executable)} {path(config.source_dir, 'test', 'bless.py')} {filecheck}"

substitute("%nnc", path(config.build_dir, "bin", "nnc"))
substitute("%FileCheck", filecheck)
substitute("%exits", """sh -c 'status=$0; "$@"; test $? -eq $status'""")
substitute("%cxx", path(config.cxx), generated, config.cxx_flags)
substitute("%clangxx", path(config.clangxx), generated)
substitute("%cc", path(config.cc), "-std=c99 -Wall -Wextra -Wpedantic -Wconversion -Wshadow -Werror")
substitute("%cuda_shim", path(config.build_dir, "test", "cuda_shim", "libcuda_shim.a"))
substitute("%cuda", path(config.cxx), generated, config.cxx_flags, "-DNN_CUDA_SHIM -include cuda_runtime.h",
           "-I" + path(config.source_dir, "test", "cuda_shim"))
substitute("%nvcc", path(config.nvcc), "-std=c++17", runtime)
substitute("%clang_format", path(config.clang_format))
substitute("%cmake", path(config.cmake))
substitute("%source", path(config.source_dir))
substitute("%build", path(config.build_dir))
substitute("%examples", path(config.source_dir, "examples"))

for feature, tool in (("clang", config.clangxx), ("clang-format", config.clang_format), ("nvcc", config.nvcc)):
    if tool and not tool.endswith("-NOTFOUND"):
        config.available_features.add(feature)
if os.geteuid() != 0:
    config.available_features.add("not-root")

# Checks against PyTorch run in the Python that NNC_PYTHON names, say that of a virtual environment; else in the first one.
torch_python = os.environ.get("NNC_PYTHON", "python3")
finds = "import sys, importlib.util as u; sys.exit(not all(u.find_spec(name) for name in ('torch', 'numpy')))"
try:
    if subprocess.run([torch_python, "-c", finds], stderr=subprocess.DEVNULL).returncode == 0:
        config.available_features.add("torch")
except OSError as error:
    lit_config.fatal(f"NNC_PYTHON: {error}")
substitute("%torch_python", shlex.quote(torch_python), "-B")

if os.path.exists("/proc/cpuinfo"):
    with open("/proc/cpuinfo") as cpuinfo:
        flags = set(next((line for line in cpuinfo if line.startswith("flags")), "").split())
    config.available_features.update(flags & {"avx2", "avx512f", "avx512_bf16"})
