/**
 * A stand-in for the runtime that `deno compile` puts a program into, where that cannot be downloaded: a tiny ELF program
 * for x86-64 that starts the file `path` in its own place, with the arguments and environment that it was given itself.
 * The compiler appends to it what it embeds, as it does to the real one, and nobody reads it.
 */
export function launcher(path: string): Uint8Array {
  // deno-fmt-ignore
  const code = [
    0x48, 0x8d, 0x3d, 0, 0, 0, 0,       // lea rdi, [rip + …]         path, behind the code
    0x48, 0x8d, 0x74, 0x24, 0x08,       // lea rsi, [rsp + 8]         argv
    0x48, 0x8b, 0x04, 0x24,             // mov rax, [rsp]             argc
    0x48, 0x8d, 0x54, 0xc4, 0x10,       // lea rdx, [rsp + 8 rax + 16] envp
    0xb8, 59, 0, 0, 0, 0x0f, 0x05,      // mov eax, 59; syscall       execve
    0xbf, 127, 0, 0, 0,                 // mov edi, 127
    0xb8, 60, 0, 0, 0, 0x0f, 0x05,      // mov eax, 60; syscall       exit
  ];
  code[3] = code.length - 7;
  const text = [...code, ...new TextEncoder().encode(`${path}\0`)];
  const [header, segment, address] = [64, 56, 0x400000n];
  const file = new Uint8Array(header + segment + text.length);
  const view = new DataView(file.buffer);
  const put = (offset: number, value: number | bigint) =>
    typeof value === "bigint" ? view.setBigUint64(offset, value, true) : view.setUint16(offset, value, true);
  file.set([0x7f, 0x45, 0x4c, 0x46, 2, 1, 1]); // 64 bits, little endian
  put(16, 2); // ET_EXEC
  put(18, 62); // EM_X86_64
  put(20, 1);
  put(24, address + BigInt(header + segment)); // entry
  put(32, BigInt(header)); // where the segments are described
  put(52, header);
  put(54, segment);
  put(56, 1);
  put(58, 64); // the size of a section's description, of which there is none
  put(header, 1); // PT_LOAD
  put(header + 4, 5); // to be read and executed
  put(header + 16, address);
  put(header + 24, address);
  put(header + 32, BigInt(file.length));
  put(header + 40, BigInt(file.length));
  put(header + 48, 0x1000n);
  file.set(text, header + segment);
  return file;
}
