// PCRE2 comes in three widths and wants to know which before its header is read: octolog reads bytes.
#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>
