#include <unistd.h>

#include <chrono>
#include <iostream>

#include "src/cli/experimenter/handed_over.h"
#include "src/core/escape.h"
#include "src/core/json.h"
#include "src/generation/continuation.h"
#include "src/training/runs/restored_run.h"

namespace spinlab::cli {
namespace {

constexpr int kMaxLength = 100'000'000;

struct SampleArguments {
  std::string run, data, device = "cpu", stop;
  std::optional<std::string> prompt;
  int64_t length = 500;
  std::uint64_t seed = 0;
  generation::NextToken next;
  bool no_cache = false, json = false;
};

/// Bytes of a model's on somebody's terminal: no control characters but those that a text has.
std::string for_terminal(std::string bytes) {
  for (auto& byte : bytes) {
    const auto value = static_cast<unsigned char>(byte);
    if ((value < 0x20 && byte != '\n' && byte != '\t') || value == 0x7f) byte = '?';
  }
  return bytes;
}

at::Tensor encoded_prompt(const std::string& prompt, const datasets::Tokenizer& tokenizer) {
  try {
    return tokenizer.encode(prompt);
  } catch (const c10::ValueError& error) {
    TORCH_CHECK_VALUE(false, "--prompt: ", one_line(error.what_without_backtrace()));
  }
}

/// A line feed, after which a text begins, or the first token there is.
std::vector<int64_t> begun(const SampleArguments& arguments, const datasets::Tokenizer& tokenizer) {
  if (!arguments.prompt) {
    for (int64_t token = 0; token < tokenizer.size(); ++token)
      if (tokenizer.bytes(token) == "\n") return {token};
    return {0};
  }
  TORCH_CHECK_VALUE(
      !arguments.prompt->empty(),
      "--prompt is empty: the next token follows from those before it; leave it out to begin anew");
  const auto tokens = encoded_prompt(*arguments.prompt, tokenizer);
  return {tokens.const_data_ptr<int64_t>(), tokens.const_data_ptr<int64_t>() + tokens.numel()};
}

/// Where in the text the word that ends it begins; npos: nowhere yet. Only what the last token may have ended
/// is looked at.
std::size_t stop_in(const std::string& text, const std::string& stop, std::size_t token) {
  if (stop.empty()) return text.npos;
  const auto overlap = stop.size() - 1 + token;
  return text.find(stop, text.size() > overlap ? text.size() - overlap : 0);
}

/// The network of a run that learnt a text, ready to write.
const models::Network& writer(training::PreparedRun& run, const std::string& name) {
  const auto* network = run.learner->network();
  const bool writes =
      network != nullptr && run.set.tokenizer && run.config.objective.at("name") == "language_modelling";
  TORCH_CHECK_VALUE(writes, name, ": its model, ", run.config.model.at("name").get<std::string>(),
                    ", learnt something else of ", run.set.name,
                    "; only one that learnt language_modelling of a text can write on");
  run.learner->use_weights(run.learner->weights());  // averaged ones, where there are
  network->module->eval();
  return *network;
}

/// As long as what the network was trained on; what it carries on from batch to batch has no length.
std::optional<int64_t> context(const training::PreparedRun& run) {
  if (run.config.objective.value("carry_state", false)) return std::nullopt;
  return run.set.train.inputs.size(1);
}

struct Written {
  std::string text;
  int64_t tokens = 0;
};

/// Up to `length` tokens, or to where the word that ends the text begins; shows each as it comes.
Written write_on(generation::Continuation& continuation, const datasets::Tokenizer& tokenizer,
                 const SampleArguments& arguments, const std::function<void(const std::string&)>& show) {
  Written written;
  for (; written.tokens < arguments.length; ++written.tokens) {
    const auto& bytes = tokenizer.bytes(continuation.next());
    written.text += bytes;
    const auto end = stop_in(written.text, arguments.stop, bytes.size());
    if (end != written.text.npos) {
      written.text.resize(end);
      break;
    }
    show(bytes);
  }
  return written;
}

ExitCode sample(const SampleArguments& arguments) {
  arguments.next.require_valid();
  auto run = training::restored_run(training::RunFolder(arguments.run), datasets::DataFolders(arguments.data),
                                    arguments.device);
  const auto& network = writer(run, arguments.run);
  const bool terminal = isatty(STDOUT_FILENO) == 1;
  const auto show = [&](const std::string& bytes) {
    if (!arguments.json) std::cout << (terminal ? for_terminal(bytes) : bytes) << std::flush;
  };
  generation::Continuation continuation(network, begun(arguments, *run.set.tokenizer),
                                        {.next = arguments.next,
                                         .context = context(run),
                                         .seed = arguments.seed,
                                         .cache = !arguments.no_cache});
  const auto start = std::chrono::steady_clock::now();
  show(arguments.prompt.value_or(""));
  const auto [text, tokens] = write_on(continuation, *run.set.tokenizer, arguments, show);
  show("\n");
  const std::chrono::duration<double> seconds = std::chrono::steady_clock::now() - start;
  if (!arguments.json) return ExitCode::kDone;
  const Json told = {{"run", arguments.run},   {"prompt", arguments.prompt.value_or("")},
                     {"text", text},           {"tokens", tokens},
                     {"seed", arguments.seed}, {"seconds", seconds.count()}};
  std::cout << told.dump(-1, ' ', false, Json::error_handler_t::replace) << '\n';
  return ExitCode::kDone;
}

const Registration kRegistration(handed_over::kSample, [](Command& command) {
  auto arguments = std::make_shared<SampleArguments>();
  command.option("run", arguments->run, "A language model's folder").required();
  command.option("--prompt", arguments->prompt, "What the text begins with (default: a line feed)");
  command.option("--length", arguments->length, "Tokens to write (default 500)").between(0, kMaxLength);
  command.option("--temperature", arguments->next.temperature,
                 "Divides the logits (default 1); 0: always the most probable token");
  command.option("--top-k", arguments->next.top_k, "Only so many of the most probable tokens");
  command.option("--top-p", arguments->next.top_p,
                 "Only the fewest of the most probable that have this probability together");
  command.option("--stop", arguments->stop, "Ends the text where these words come");
  command.option("--seed", arguments->seed,
                 "What chance follows from (default 0): the same seed, the same text");
  command.option("--data", arguments->data, "Where the data files are");
  command.option("--device", arguments->device, "cpu, cuda, cuda:N");
  command.flag("--no-cache", arguments->no_cache, "Read all that was written again for each token");
  command.flag("--json", arguments->json, "Print one JSON object at the end");
  command.footer(
      "Example: spinlab sample runs/shakespeare-gpt-s1 --prompt 'ROMEO:' --temperature 0.8 --top-k 40");
  command.action([arguments] { return sample(*arguments); });
});

}  // namespace
}  // namespace spinlab::cli
