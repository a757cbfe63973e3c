/* Prints g711.txt: cc vectors.c -lspandsp && ./a.out > g711.txt
   Each line is law, direction, then octet and value, or the last value that still encodes to an octet. */
#include <stdio.h>
#include <stdint.h>
#include <spandsp.h>

static void print(const char *law, int16_t (*decode)(uint8_t), uint8_t (*encode)(int))
{
	for (int i = 0; i < 256; i++)
		printf("%s decode %d %d\n", law, i, decode(i));
	int octet = encode(-32768);
	for (int v = -32767; v <= 32768; v++) {
		int next = v == 32768 ? -1 : encode(v);
		if (next != octet)
			printf("%s encode %d %d\n", law, v - 1, octet);
		octet = next;
	}
}

static int16_t ud(uint8_t b) { return ulaw_to_linear(b); }
static int16_t ad(uint8_t b) { return alaw_to_linear(b); }
static uint8_t ue(int v) { return linear_to_ulaw(v); }
static uint8_t ae(int v) { return linear_to_alaw(v); }

int main(void)
{
	print("mu", ud, ue);
	print("a", ad, ae);
	return 0;
}
