// Hints for what people write out of habit, from other languages and other systems.
#pragma once

#include <string>

#include "compiler/parse/expected.h"
#include "compiler/parse/tokens.h"

namespace nnc::parse {

/// What to write instead of the token at `mistake`, where it and what stands around it are known from elsewhere; empty
/// otherwise. `expected` are the tokens that could have stood there.
std::string habit(const TokenList& tokens, size_t mistake, const TokenSet& expected);

}  // namespace nnc::parse
