// What generated C functions are made of: each kind of exception is a code with words, strides of 0 are filled in, a
// caller's pool is checked, and parameters are found by name and shape.
#include "nn/c_api.h"

#include <gtest/gtest.h>

#include <functional>
#include <string>

#include "nn/view.h"

namespace {

namespace c = nn::c_api;

struct DeviceError : std::runtime_error {
  using std::runtime_error::runtime_error;
};

TEST(CApi, gives_each_exception_a_code_and_words) {
  c::LastError<DeviceError> last;
  const auto expect = [&](c::Status status, const std::string& words, const std::function<void()>& body) {
    EXPECT_EQ(last.call("f", body), status);
    EXPECT_EQ(last.text(), words);
  };
  expect(c::kOk, "", [] {});
  expect(c::kInvalidArgument, "f: rows", [] { throw std::invalid_argument("rows"); });
  expect(c::kFileError, "f: file", [] { throw nn::FileError("file"); });
  expect(c::kOutOfMemory, "f: there is not enough memory", [] { throw std::bad_alloc(); });
  expect(c::kDeviceError, "f: device", [] { throw DeviceError("device"); });
  expect(c::kFailed, "f: else", [] { throw std::runtime_error("else"); });
  expect(c::kFailed, "f: something that is no std::exception was thrown", [] { throw 1; });
  expect(c::kOk, "f: something that is no std::exception was thrown", [] {});
}

TEST(CApi, cuts_words_that_are_too_long) {
  c::LastError<> last;
  last.call("f", [] { throw std::runtime_error(std::string(5000, 'x')); });
  EXPECT_EQ(last.text(), "f: " + std::string(1020, 'x'));
}

struct CRows {
  const float* data;
  std::ptrdiff_t row_stride, element_stride;
};
using View = nn::Rows<const float, 3>;

TEST(CApi, fills_in_strides_of_0) {
  const float numbers[12] = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11};
  const auto at = [&](CRows rows, int row, int i) { return c::rows<View>(rows, 4)(static_cast<std::size_t>(row), i); };
  EXPECT_EQ(at({numbers, 0, 0}, 2, 1), 7);
  EXPECT_EQ(at({numbers, 8, 0}, 2, 1), 5);        // rows that overlap
  EXPECT_EQ(at({numbers, 4, 16}, 2, 1), 6);       // feature after feature
  EXPECT_EQ(at({numbers + 9, -12, 0}, 2, 1), 4);  // upside down
  EXPECT_EQ(at({numbers, 0, 4}, 2, 1), 7);
  EXPECT_EQ(at({numbers + 3, c::kSameRow, 0}, 2, 1), 4);
  EXPECT_TRUE(c::rows<View>(CRows{nullptr, 0, 0}, 4).empty());
}

TEST(CApi, wants_rows_where_there_are_samples) {
  EXPECT_TRUE(c::needed_rows<View>(CRows{nullptr, 0, 0}, 0, "x").empty());
  EXPECT_THROW(c::needed_rows<View>(CRows{nullptr, 0, 0}, 4, "x"), std::invalid_argument);
}

struct CExecutor {
  void* pool;
  int workers;
  void (*execute)(void* pool, int tasks, void (*task)(void* context, int number, int worker), void* context);
};

TEST(CApi, runs_tasks_in_the_callers_pool) {
  int runs = 0;
  const CExecutor pool = {&runs, 2, [](void* p, int tasks, void (*task)(void*, int, int), void* context) {
                            ++*static_cast<int*>(p);
                            for (int t = 0; t < tasks; ++t) task(context, t, t % 2);
                          }};
  c::CallersExecutor executor(&pool);
  ASSERT_NE(executor.given(), nullptr);
  EXPECT_EQ(executor.workers(), 2);
  std::string order;
  executor.given()->run(3, [&](int task, int worker) { order += std::to_string(task) + std::to_string(worker) + " "; });
  EXPECT_EQ(order, "00 11 20 ");
  EXPECT_EQ(runs, 1);
  EXPECT_EQ(c::CallersExecutor(static_cast<const CExecutor*>(nullptr)).given(), nullptr);
  const CExecutor nobody = {nullptr, 0, pool.execute}, nothing = {nullptr, 1, nullptr};
  EXPECT_THROW(c::CallersExecutor{&nobody}, std::invalid_argument);
  EXPECT_THROW(c::CallersExecutor{&nothing}, std::invalid_argument);
}

TEST(CApi, finds_parameters_by_name_and_shape) {
  const nn::Param params[] = {{"w", 0, 6, 2, {2, 3}, nn::Start::kConstant, 0, 0, 0, nullptr},
                              {"b", 6, 1, 0, {}, nn::Start::kConstant, 0, 0, 1, nullptr}};
  const std::uint64_t shape[] = {2, 3}, turned[] = {3, 2};
  EXPECT_EQ(&c::find_param(params, 2, "w", 2, shape), &params[0]);
  EXPECT_EQ(&c::find_param(params, 2, "b", 0, nullptr), &params[1]);
  EXPECT_EQ(&c::param_at(params, 2, 1), &params[1]);
  EXPECT_THROW(c::find_param(params, 2, "w", 2, turned), std::invalid_argument);
  EXPECT_THROW(c::find_param(params, 2, "w", 1, shape), std::invalid_argument);
  EXPECT_THROW(c::find_param(params, 2, "w", 2, nullptr), std::invalid_argument);
  EXPECT_THROW(c::find_param(params, 2, "v", 2, shape), std::invalid_argument);
  EXPECT_THROW(c::find_param(params, 2, nullptr, 2, shape), std::invalid_argument);
  EXPECT_THROW(c::param_at(params, 2, 2), std::invalid_argument);
}

}  // namespace
