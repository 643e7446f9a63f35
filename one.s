0000000000014c10 <handspan::inspect::Inspector::State::one(handspan::wire::Frame const&, unsigned long)>:
   14c10:	push   %r15
   14c12:	mov    %rsi,%r15
   14c15:	push   %r14
   14c17:	push   %r13
   14c19:	push   %r12
   14c1b:	push   %rbp
   14c1c:	mov    %rdx,%rbp
   14c1f:	push   %rbx
   14c20:	mov    %rdi,%rbx
   14c23:	sub    $0x68,%rsp
   14c27:	mov    %fs:0x28,%rax
   14c30:	mov    %rax,0x58(%rsp)
   14c35:	xor    %eax,%eax
   14c37:	lea    (%rdx,%rdx,1),%rax
   14c3b:	lea    (%rax,%rdx,1),%rcx
   14c3f:	mov    %rax,0x10(%rsp)
   14c44:	mov    %rcx,%rax
   14c47:	shl    $0x5,%rax
   14c4b:	lea    0xac78(%rdi,%rax,1),%rdi
   14c53:	add    %rbx,%rax
   14c56:	cmpb   $0x0,0xaca7(%rax)
   14c5d:	mov    %rdi,0x8(%rsp)
   14c62:	jne    15128 <handspan::inspect::Inspector::State::one(handspan::wire::Frame const&, unsigned long)+0x518>
   14c68:	mov    0xce78(%rbx,%rdx,8),%r8
   14c70:	mov    0xac9c(%rax),%r12d
   14c77:	shl    $0x2,%rcx
   14c7b:	movabs $0x9e3779b97f4a7c15,%rdx
   14c85:	movzbl 0xaca6(%rax),%r13d
   14c8d:	mov    0xaca0(%rax),%eax
   14c93:	lea    0xf8(%rbx),%r9
   14c9a:	movq   0xd078(%rbx,%rcx,1),%xmm0
   14ca3:	mov    0x48(%rdi),%esi
   14ca6:	add    %r8,%rax
   14ca9:	mov    0xd080(%rbx,%rcx,1),%edi
   14cb0:	imul   %rdx,%rax
   14cb4:	movzbl %r13b,%edx
   14cb8:	xor    %rdx,%rax
   14cbb:	mov    %r12,%rdx
   14cbe:	shl    $0x20,%rdx
   14cc2:	or     %rsi,%rdx
   14cc5:	xor    %rdx,%rax
   14cc8:	mov    %rax,%rdx
   14ccb:	shr    $0x20,%rdx
   14ccf:	xor    %rdx,%rax
   14cd2:	movabs $0xe7037ed1a0b428db,%rdx
   14cdc:	imul   %rdx,%rax
   14ce0:	lea    0x0(%rbp,%rbp,4),%rdx
   14ce5:	shl    $0x3,%rdx
   14ce9:	lea    0xc478(%rbx,%rdx,1),%r10
   14cf1:	mov    %rax,%r14
   14cf4:	movd   %xmm0,%eax
   14cf8:	cmp    $0xffffffff,%eax
   14cfb:	je     14d25 <handspan::inspect::Inspector::State::one(handspan::wire::Frame const&, unsigned long)+0x115>
   14cfd:	pextrd $0x1,%xmm0,%ecx
   14d03:	mov    %edi,%r11d
   14d06:	mov    %ecx,0x28(%rsp)
   14d0a:	shl    $0x6,%rcx
   14d0e:	add    0xf8(%rbx),%rcx
   14d15:	mov    %rcx,0x18(%rsp)
   14d1a:	cmp    %eax,0x10(%rcx,%r11,4)
   14d1f:	je     14e10 <handspan::inspect::Inspector::State::one(handspan::wire::Frame const&, unsigned long)+0x200>
   14d25:	mov    %r8,%rdx
   14d28:	mov    %r10,%rsi
   14d2b:	mov    %r9,%rdi
   14d2e:	call   159b0 <handspan::flow::Table<handspan::inspect::Flow>::find(handspan::flow::Key const&, unsigned long) 
   14d33:	movq   %rax,%xmm0
   14d38:	mov    %rax,0x48(%rsp)
   14d3d:	mov    %edx,%edi
   14d3f:	movd   %xmm0,%r8d
   14d44:	mov    %edx,0x50(%rsp)
   14d48:	pextrd $0x1,%xmm0,%esi
   14d4e:	mov    %rax,0x38(%rsp)
   14d53:	mov    %edx,0x40(%rsp)
   14d57:	cmp    $0xffffffff,%r8d
   14d5b:	je     14d8b <handspan::inspect::Inspector::State::one(handspan::wire::Frame const&, unsigned long)+0x17b>
   14d5d:	mov    0x108(%rbx),%rcx
   14d64:	mov    %r8,%r9
   14d67:	shl    $0x7,%r9
   14d6b:	add    %rcx,%r9
   14d6e:	movzwl 0x7e(%r9),%r11d
   14d73:	mov    %r11d,%eax
   14d76:	and    $0x320,%ax
   14d7a:	cmp    $0x20,%ax
   14d7e:	jne    14d8b <handspan::inspect::Inspector::State::one(handspan::wire::Frame const&, unsigned long)+0x17b>
   14d80:	cmpb   $0x3,0x64(%r9)
   14d85:	je     14ee0 <handspan::inspect::Inspector::State::one(handspan::wire::Frame const&, unsigned long)+0x2d0>
   14d8b:	mov    %rbp,%rcx
   14d8e:	lea    0x38(%rsp),%rsi
   14d93:	mov    %r14,%r8
   14d96:	mov    %r15,%rdx
   14d99:	mov    %rbx,%rdi
   14d9c:	call   14b30 <handspan::inspect::Inspector::State::long_way(handspan::flow::Place const&, handspan::wire::Fram
   14da1:	mov    0x10(%r15),%rcx
   14da5:	mov    %r14,%rax
   14da8:	shr    $0xe,%rcx
   14dac:	mov    %r14,%rsi
   14daf:	shr    $0x36,%rax
   14db3:	and    $0xffffff,%ecx
   14db9:	shl    $0x18,%rsi
   14dbd:	shl    $0x5,%rax
   14dc1:	or     %rsi,%rcx
   14dc4:	lea    0x2c78(%rbx,%rax,1),%rdx
   14dcc:	movq   %rcx,%xmm0
   14dd1:	movq   0x8(%rdx),%xmm1
   14dd6:	pinsrq $0x1,(%rdx),%xmm0
   14ddd:	pinsrq $0x1,0x10(%rdx),%xmm1
   14de5:	movups %xmm0,(%rdx)
   14de8:	movups %xmm1,0x10(%rdx)
   14dec:	mov    0x58(%rsp),%rax
   14df1:	sub    %fs:0x28,%rax
   14dfa:	jne    15214 <handspan::inspect::Inspector::State::one(handspan::wire::Frame const&, unsigned long)+0x604>
   14e00:	add    $0x68,%rsp
   14e04:	pop    %rbx
   14e05:	pop    %rbp
   14e06:	pop    %r12
   14e08:	pop    %r13
   14e0a:	pop    %r14
   14e0c:	pop    %r15
   14e0e:	ret
   14e0f:	nop
   14e10:	mov    %r8,%rsi
   14e13:	mov    $0x1,%ecx
   14e18:	shr    $0x30,%rsi
   14e1c:	cmovne %rsi,%rcx
   14e20:	mov    %ecx,%esi
   14e22:	mov    0x18(%rsp),%rcx
   14e27:	cmp    %si,(%rcx,%r11,2)
   14e2c:	jne    14d25 <handspan::inspect::Inspector::State::one(handspan::wire::Frame const&, unsigned long)+0x115>
   14e32:	mov    0x108(%rbx),%rcx
   14e39:	mov    %eax,%r11d
   14e3c:	add    %rbx,%rdx
   14e3f:	shl    $0x7,%r11
   14e43:	mov    %rdx,0x20(%rsp)
   14e48:	lea    (%r11,%rcx,1),%rsi
   14e4c:	mov    %rsi,0x18(%rsp)
   14e51:	mov    (%rsi),%rsi
   14e54:	xor    0xc478(%rdx),%rsi
   14e5b:	mov    %rsi,%r11
   14e5e:	mov    0x18(%rsp),%rsi
   14e63:	mov    0x8(%rsi),%rsi
   14e67:	xor    0xc480(%rdx),%rsi
   14e6e:	mov    %rsi,%rdx
   14e71:	mov    %r11,%rsi
   14e74:	mov    0x20(%rsp),%r11
   14e79:	or     %rdx,%rsi
   14e7c:	mov    0x18(%rsp),%rdx
   14e81:	mov    0x10(%rdx),%rdx
   14e85:	xor    0xc488(%r11),%rdx
   14e8c:	or     %rdx,%rsi
   14e8f:	mov    0x18(%rsp),%rdx
   14e94:	mov    0x18(%rdx),%rdx
   14e98:	xor    0xc490(%r11),%rdx
   14e9f:	or     %rdx,%rsi
   14ea2:	mov    0x18(%rsp),%rdx
   14ea7:	mov    0x20(%rdx),%r11
   14eab:	mov    0x20(%rsp),%rdx
   14eb0:	xor    0xc498(%rdx),%r11
   14eb7:	or     %rsi,%r11
   14eba:	jne    14d25 <handspan::inspect::Inspector::State::one(handspan::wire::Frame const&, unsigned long)+0x115>
   14ec0:	mov    %edi,0x40(%rsp)
   14ec4:	mov    0x28(%rsp),%esi
   14ec8:	mov    %eax,%r8d
   14ecb:	movq   %xmm0,0x38(%rsp)
   14ed1:	jmp    14d64 <handspan::inspect::Inspector::State::one(handspan::wire::Frame const&, unsigned long)+0x154>
   14ed6:	cs nopw 0x0(%rax,%rax,1)
   14ee0:	and    $0x17,%r13d
   14ee4:	cmp    $0x10,%r13b
   14ee8:	jne    14d8b <handspan::inspect::Inspector::State::one(handspan::wire::Frame const&, unsigned long)+0x17b>
   14eee:	movzbl 0xd3b8(%rbx,%rbp,1),%r13d
   14ef7:	mov    %r11d,%eax
   14efa:	lea    0x28(%r9),%rcx
   14efe:	lea    0x40(%r9),%r10
   14f02:	and    $0x1,%eax
   14f05:	mov    %rcx,0x20(%rsp)
   14f0a:	cmp    %al,%r13b
   14f0d:	mov    %al,0x18(%rsp)
   14f11:	cmove  %rcx,%r10
   14f15:	cmp    %r12d,(%r10)
   14f18:	jne    14d8b <handspan::inspect::Inspector::State::one(handspan::wire::Frame const&, unsigned long)+0x17b>
   14f1e:	mov    0x10(%rsp),%rax
   14f23:	add    %rbp,%rax
   14f26:	shl    $0x5,%rax
   14f2a:	lea    (%rbx,%rax,1),%rdx
   14f2e:	cmpw   $0x0,0xaca4(%rdx)
   14f36:	je     14d8b <handspan::inspect::Inspector::State::one(handspan::wire::Frame const&, unsigned long)+0x17b>
   14f3c:	movzbl 0x18(%rsp),%eax
   14f41:	mov    0xacb4(%rdx),%r12d
   14f48:	xor    %r13d,%eax
   14f4b:	movzbl %al,%ecx
   14f4e:	xor    %eax,%eax
   14f50:	test   %r12d,%r12d
   14f53:	setne  %al
   14f56:	mov    %cl,0x2f(%rsp)
   14f5a:	lea    (%rax,%rcx,2),%ecx
   14f5d:	mov    $0x1,%eax
   14f62:	shl    %cl,%eax
   14f64:	test   %al,0x65(%r9)
   14f68:	je     14d8b <handspan::inspect::Inspector::State::one(handspan::wire::Frame const&, unsigned long)+0x17b>
   14f6e:	movzwl 0xacc0(%rdx),%ecx
   14f75:	mov    %cx,0x28(%rsp)
   14f7a:	test   %cx,%cx
   14f7d:	je     14f9a <handspan::inspect::Inspector::State::one(handspan::wire::Frame const&, unsigned long)+0x38a>
   14f7f:	cmp    0x18(%rsp),%r13b
   14f84:	jne    1520a <handspan::inspect::Inspector::State::one(handspan::wire::Frame const&, unsigned long)+0x5fa>
   14f8a:	movzwl 0x60(%r9),%eax
   14f8f:	cmp    %ax,0x28(%rsp)
   14f94:	je     14d8b <handspan::inspect::Inspector::State::one(handspan::wire::Frame const&, unsigned long)+0x17b>
   14f9a:	shr    $0xd,%r11w
   14f9f:	cmpb   $0x0,0x28(%rbx)
   14fa3:	mov    0x10(%r15),%rcx
   14fa7:	jne    14fcb <handspan::inspect::Inspector::State::one(handspan::wire::Frame const&, unsigned long)+0x3bb>
   14fa9:	mov    0x58(%r9),%rdx
   14fad:	mov    %rcx,%rax
   14fb0:	sub    %rdx,%rax
   14fb3:	jo     15219 <handspan::inspect::Inspector::State::one(handspan::wire::Frame const&, unsigned long)+0x609>
   14fb9:	movzwl %r11w,%edx
   14fbd:	cmp    %rax,0x2be0(%rbx,%rdx,8)
   14fc5:	jl     14d8b <handspan::inspect::Inspector::State::one(handspan::wire::Frame const&, unsigned long)+0x17b>
   14fcb:	movabs $0x112e0be826d694b3,%rax
   14fd5:	shl    $0xd,%r11d
   14fd9:	imul   %rcx
   14fdc:	mov    %rcx,%rax
   14fdf:	shl    $0x6,%rsi
   14fe3:	add    0xf8(%rbx),%rsi
   14fea:	sar    $0x3f,%rax
   14fee:	sar    $0x1a,%rdx
   14ff2:	sub    %rax,%rdx
   14ff5:	and    $0x1fff,%dx
   14ffa:	or     %edx,%r11d
   14ffd:	cmp    0x2c(%rsi,%rdi,2),%r11w
   15003:	je     1500b <handspan::inspect::Inspector::State::one(handspan::wire::Frame const&, unsigned long)+0x3fb>
   15005:	mov    %r11w,0x2c(%rsi,%rdi,2)
   1500b:	mov    0x18(%r15),%rax
   1500f:	test   %rax,%rax
   15012:	je     15032 <handspan::inspect::Inspector::State::one(handspan::wire::Frame const&, unsigned long)+0x422>
   15014:	lea    (%r8,%r8,4),%rdx
   15018:	lea    (%r8,%rdx,2),%rdx
   1501c:	shl    $0x7,%rdx
   15020:	add    0x180(%rbx),%rdx
   15027:	mov    %rax,0x238(%rdx)
   1502e:	mov    0x10(%r15),%rcx
   15032:	cmp    0x18(%rsp),%r13b
   15037:	jne    15158 <handspan::inspect::Inspector::State::one(handspan::wire::Frame const&, unsigned long)+0x548>
   1503d:	add    %r12d,0x28(%r9)
   15041:	lea    0x60(%r9),%rax
   15045:	movzwl 0x28(%rsp),%edi
   1504a:	mov    %di,(%rax)
   1504d:	mov    0xc(%r15),%eax
   15051:	addl   $0x1,0x4(%r10)
   15056:	add    %rax,0x10(%r10)
   1505a:	mov    %rcx,0x58(%r9)
   1505e:	test   %r12d,%r12d
   15061:	je     14da5 <handspan::inspect::Inspector::State::one(handspan::wire::Frame const&, unsigned long)+0x195>
   15067:	mov    %r12d,%eax
   1506a:	add    %rax,0x8(%r10)
   1506e:	cmpl   $0xffffffff,0x70(%r9)
   15073:	mov    %rcx,0x68(%r9)
   15077:	je     14da5 <handspan::inspect::Inspector::State::one(handspan::wire::Frame const&, unsigned long)+0x195>
   1507d:	mov    0x10(%rsp),%rax
   15082:	add    %rbp,%rax
   15085:	mov    %rax,%rbp
   15088:	shl    $0x5,%rbp
   1508c:	add    %rbx,%rbp
   1508f:	mov    0xacb0(%rbp),%r8d
   15096:	cmp    %r12d,%r8d
   15099:	jb     150d3 <handspan::inspect::Inspector::State::one(handspan::wire::Frame const&, unsigned long)+0x4c3>
   1509b:	lea    0x74(%r9),%rax
   1509f:	cmp    0x18(%rsp),%r13b
   150a4:	lea    0x78(%r9),%rdx
   150a8:	mov    %r8d,%esi
   150ab:	cmove  %rax,%rdx
   150af:	mov    0xaca8(%rbp),%rdi
   150b6:	mov    (%rdx),%eax
   150b8:	mov    %eax,%r10d
   150bb:	and    $0x7fff,%r10d
   150c2:	cmp    %r10,%rsi
   150c5:	jb     15168 <handspan::inspect::Inspector::State::one(handspan::wire::Frame const&, unsigned long)+0x558>
   150cb:	test   %eax,%eax
   150cd:	js     15178 <handspan::inspect::Inspector::State::one(handspan::wire::Frame const&, unsigned long)+0x568>
   150d3:	xor    %edx,%edx
   150d5:	mov    0x18(%r15),%esi
   150d9:	mov    %rcx,%rax
   150dc:	movzwl 0x7e(%r9),%r8d
   150e1:	movabs $0xffffffff00000000,%rdi
   150eb:	mov    %rdx,%rcx
   150ee:	and    %rdi,%rcx
   150f1:	shr    $0x6,%r8w
   150f6:	mov    %rbx,%rdi
   150f9:	or     %rsi,%rcx
   150fc:	and    $0x1,%r8d
   15100:	push   %rcx
   15101:	push   %rax
   15102:	movzbl 0x3f(%rsp),%ecx
   15107:	mov    0x18(%rsp),%rdx
   1510c:	mov    0x30(%rsp),%rsi
   15111:	call   1dbd0 <handspan::inspect::Inspector::State::follow(handspan::inspect::Flow&, handspan::wire::PacketView
   15116:	pop    %rax
   15117:	mov    0x10(%r15),%rcx
   1511b:	pop    %rdx
   1511c:	jmp    14da5 <handspan::inspect::Inspector::State::one(handspan::wire::Frame const&, unsigned long)+0x195>
   15121:	nopl   0x0(%rax)
   15128:	mov    0x58(%rsp),%rax
   1512d:	sub    %fs:0x28,%rax
   15136:	jne    15214 <handspan::inspect::Inspector::State::one(handspan::wire::Frame const&, unsigned long)+0x604>
   1513c:	add    $0x68,%rsp
   15140:	mov    %rbx,%rdi
   15143:	pop    %rbx
   15144:	pop    %rbp
   15145:	pop    %r12
   15147:	pop    %r13
   15149:	pop    %r14
   1514b:	pop    %r15
   1514d:	jmp    18bf0 <handspan::inspect::Inspector::State::on_icmp_error(handspan::wire::Frame const&, unsigned long)>
   15152:	nopw   0x0(%rax,%rax,1)
   15158:	add    %r12d,0x40(%r9)
   1515c:	lea    0x62(%r9),%rax
   15160:	jmp    15045 <handspan::inspect::Inspector::State::one(handspan::wire::Frame const&, unsigned long)+0x435>
   15165:	nopl   (%rax)
   15168:	sub    %r8d,%eax
   1516b:	mov    %eax,(%rdx)
   1516d:	jmp    14da5 <handspan::inspect::Inspector::State::one(handspan::wire::Frame const&, unsigned long)+0x195>
   15172:	nopw   0x0(%rax,%rax,1)
   15178:	add    %r10,%rdi
   1517b:	sub    %r10,%rsi
   1517e:	jne    15192 <handspan::inspect::Inspector::State::one(handspan::wire::Frame const&, unsigned long)+0x582>
   15180:	jmp    151f3 <handspan::inspect::Inspector::State::one(handspan::wire::Frame const&, unsigned long)+0x5e3>
   15182:	nopw   0x0(%rax,%rax,1)
   15188:	lea    0x5(%rdi,%rax,1),%rdi
   1518d:	sub    %rax,%rsi
   15190:	je     151fb <handspan::inspect::Inspector::State::one(handspan::wire::Frame const&, unsigned long)+0x5eb>
   15192:	cmp    $0x4,%rsi
   15196:	jbe    150d3 <handspan::inspect::Inspector::State::one(handspan::wire::Frame const&, unsigned long)+0x4c3>
   1519c:	cmpb   $0x17,(%rdi)
   1519f:	jne    150d3 <handspan::inspect::Inspector::State::one(handspan::wire::Frame const&, unsigned long)+0x4c3>
   151a5:	cmpb   $0x3,0x1(%rdi)
   151a9:	jne    150d3 <handspan::inspect::Inspector::State::one(handspan::wire::Frame const&, unsigned long)+0x4c3>
   151af:	movzwl 0x3(%rdi),%r8d
   151b4:	rol    $0x8,%r8w
   151b9:	movzwl %r8w,%eax
   151bd:	lea    -0x1(%rax),%r10
   151c1:	cmp    $0x47ff,%r10
   151c8:	ja     150d3 <handspan::inspect::Inspector::State::one(handspan::wire::Frame const&, unsigned long)+0x4c3>
   151ce:	sub    $0x5,%rsi
   151d2:	cmp    %rax,%rsi
   151d5:	jae    15188 <handspan::inspect::Inspector::State::one(handspan::wire::Frame const&, unsigned long)+0x578>
   151d7:	movzwl %r8w,%r8d
   151db:	mov    %r8d,%eax
   151de:	shl    $0xf,%r8d
   151e2:	sub    %esi,%eax
   151e4:	or     %r8d,%eax
   151e7:	or     $0x80000000,%eax
   151ec:	mov    %eax,(%rdx)
   151ee:	jmp    14da5 <handspan::inspect::Inspector::State::one(handspan::wire::Frame const&, unsigned long)+0x195>
   151f3:	shr    $0xf,%eax
   151f6:	and    $0x7fff,%eax
   151fb:	shl    $0xf,%eax
   151fe:	or     $0x80000000,%eax
   15203:	mov    %eax,(%rdx)
   15205:	jmp    14da5 <handspan::inspect::Inspector::State::one(handspan::wire::Frame const&, unsigned long)+0x195>
   1520a:	movzwl 0x62(%r9),%eax
   1520f:	jmp    14f8f <handspan::inspect::Inspector::State::one(handspan::wire::Frame const&, unsigned long)+0x37f>
   15214:	call   d190 <__stack_chk_fail@plt>
   15219:	movabs $0x8000000000000001,%rax
   15223:	cmp    %rdx,%rcx
   15226:	movabs $0x7fffffffffffffff,%rdx
   15230:	cmovg  %rdx,%rax
   15234:	jmp    14fb9 <handspan::inspect::Inspector::State::one(handspan::wire::Frame const&, unsigned long)+0x3a9>
   15239:	nop
   1523a:	nopw   0x0(%rax,%rax,1)

