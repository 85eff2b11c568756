// spinlab and the programs that it becomes: their commands register themselves.
#include "src/cli/command_line.h"

int main(int argc, char** argv) { return spinlab::cli::run_command_line(argc, argv); }
