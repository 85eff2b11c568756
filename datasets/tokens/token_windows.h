#pragma once

#include <map>
#include <memory>
#include <string>
#include <string_view>

#include "datasets/dataset.h"
#include "datasets/tokens/tokenizer.h"

namespace spinlab::datasets {

/// The options of every data set of a text: "context" (64), tokens a window; "stride" (1), from one window of
/// the training part to the next; "tokens": "characters" or "byte_pairs"; of byte pairs "vocabulary" (1000),
/// how many tokens at most, and "tokenizer" (null), a folder with vocab.json and merges.txt to use instead of
/// training them on the training part.
Json token_options();

/// The tokenizer that they ask for. `alphabet`: every text, whose characters must have numbers; `train`: the
/// training part.
std::shared_ptr<const Tokenizer> make_tokenizer(const Config& options,
                                                const std::vector<std::string_view>& alphabet,
                                                std::string_view train);

/// Sets the parts of `set`, by their names "train", "test" and others, to windows of their tokens, with the
/// tokens that follow as targets: int64 (n, context) each, views of the one stream. Windows of the training
/// part may overlap; those of the others do not, so that each token is judged once. Throws c10::ValueError
/// where a part is shorter than a window.
void set_windows(Dataset& set, std::shared_ptr<const Tokenizer> tokenizer,
                 const std::map<std::string, std::string_view>& texts, const Config& options);

}  // namespace spinlab::datasets
