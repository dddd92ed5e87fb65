#pragma once
#include <napi.h>

#include <functional>
#include <optional>

#include "arm/arm_driver.h"
#include "binding/arm_convert.h"

namespace forager {

// Runs `work` on a thread of the pool and settles a promise with `result`; an ArmProblem rejects it.
class AsyncWork final : public Napi::AsyncWorker {
 public:
  using Result = std::function<Napi::Value(Napi::Env)>;

  static Napi::Promise run(Napi::Env env, std::function<void()> work, Result result) {
    auto* worker = new AsyncWork(env, std::move(work), std::move(result));  // deletes itself when settled
    worker->Queue();
    return worker->deferred_.Promise();
  }

 protected:
  void Execute() override {
    try {
      work_();
    } catch (const ArmProblem& problem) {
      problem_ = problem;
    }
  }

  void OnOK() override {
    if (problem_)
      deferred_.Reject(problemToJs(Env(), *problem_).Value());
    else
      deferred_.Resolve(result_(Env()));
  }

  void OnError(const Napi::Error& error) override { deferred_.Reject(error.Value()); }

 private:
  AsyncWork(Napi::Env env, std::function<void()> work, Result result)
      : Napi::AsyncWorker(env), deferred_(Napi::Promise::Deferred::New(env)), work_(std::move(work)), result_(std::move(result)) {}

  Napi::Promise::Deferred deferred_;
  std::function<void()> work_;
  Result result_;
  std::optional<ArmProblem> problem_;
};

}  // namespace forager
