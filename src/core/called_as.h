#pragma once

#include <string>

namespace spinlab {

/// How this user calls Spinlab where he stands, "./spinlab" or "../../spinlab" or, where the PATH has it,
/// "spinlab": what a printed command begins with. The script spinlab says it in SPINLAB_CALLED_AS; without
/// that "./spinlab".
std::string called_as();

}  // namespace spinlab
