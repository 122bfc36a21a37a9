/* Copies to a device and from it, for programs in C; device_memory.cu has them. */
#pragma once

#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

void* to_device(const void* from, size_t bytes);
void from_device(const void* from, void* to, size_t bytes);

#ifdef __cplusplus
}
#endif
