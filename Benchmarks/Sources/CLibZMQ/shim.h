// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

#ifndef SINEW_BENCHMARKS_CLIBZMQ_SHIM_H
#define SINEW_BENCHMARKS_CLIBZMQ_SHIM_H

#include <zmq.h>

#endif
