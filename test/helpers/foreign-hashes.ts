/** Hashes made by other systems: which, the password, and what is stored. */
export const foreignHashes: [string, string, string][] = [
  ['argon2id, of the reference implementation', 'password', '$argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc'],
  ['argon2i, of the reference implementation', 'password', '$argon2i$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$wWKIMhR9lyDFvRz9YTZweHKfbftvj+qf+YFY4NeBbtA'],
  ['argon2d, of passlib', 'password', '$argon2d$v=19$m=16,t=2,p=1$Mmx3eWR3YkJONkhoTGFnNA$HD1EIj2bqdfwQrJDP+FY6w'],
  ['argon2i, of Django', 'secret', 'argon2$argon2i$v=19$m=8,t=1,p=1$c2FsdHNhbHQ$YC9+jJCrQhs5R6db7LlN8Q'],
  ['argon2id, of Django', 'secret', 'argon2$argon2id$v=19$m=102400,t=2,p=8$Y041dExhNkljRUUy$TMa6A8fPJhCAUXRhJXCXdw'],
  ['bcrypt $2a$, of crypt_blowfish', 'U*U', '$2a$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW'],
  ['bcrypt $2b$', 'U*U*', '$2b$05$CCCCCCCCCCCCCCCCCCCCC.VGOzA784oUp/Z0DY336zx7pLYAy0lwK'],
  ['bcrypt of 72 bytes, $2y$', 'é'.repeat(36), '$2y$04$NfCEtIbp21hU.2t8K65MReACXat.mRljz1VY7q.peZ3lgiiG1IMfa'],
  ['Django, bcrypt', 'U*U', 'bcrypt$$2a$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW'],
  [
    'Django, bcrypt of SHA-256',
    'VSK0UYV6FFQVZ0KG88DYN9WADAADZO1CTSIVDJUNZSUML6IBX7LN7ZS3R5JGB3RGZ7VI7G7DJQ9NI8BQFSRPTG6UWTTVESA5ZPUN',
    'bcrypt_sha256$$2b$04$qRCI4NiYZKcgy0ezaNuzb.siiGfr/lfBWalEhJbersisSc/05Tz3q'
  ],
  ['PBKDF2 of SHA-1, of passlib', 'hashcat', '$pbkdf2$131000$r5WythYixPgfQ2jt3buXcg$8Kdr.QQEOaZIXNOrrru36I/.6Po'],
  ['PBKDF2 of SHA-256, of passlib', 'hashcat', '$pbkdf2-sha256$29000$x9h7j/Ge8x6DMEao1VqrdQ$kra3R1wEnY8mPdDWOpTqOTINaAmZvRMcYd8u5OBQP9A'],
  [
    'PBKDF2 of SHA-512, of passlib', 'hashcat',
    '$pbkdf2-sha512$25000$LyWE0HrP2RsjZCxlDGFMKQ$1vC5Ohk2mCS9b6akqsEfgeb4l74SF8XjH.SljXf3dMLHdlY1GK9ojcCKts6/asR4aPqBmk74nCDddU3tvSCJvw'
  ],
  ['PBKDF2 of SHA-256, as PHC has it', 'hashcat', '$pbkdf2-sha256$i=29000,l=32$x9h7j/Ge8x6DMEao1VqrdQ$kra3R1wEnY8mPdDWOpTqOTINaAmZvRMcYd8u5OBQP9A'],
  ['PBKDF2 of SHA-256, of Django', 'lètmein', 'pbkdf2_sha256$390000$seasalt$8xBlGd3jVgvJ+92hWPxi5ww0uuAuAnKgC45eudxro7c='],
  ['PBKDF2 of SHA-256, of Werkzeug', 'Test-Passw0rd!', 'pbkdf2:sha256:1000$mzL41N9KnfHroDEK$a95fb49abcf7da10101b617ba7047188afb74f20601270df30314049bbeb8a9d'],
  ['scrypt, of passlib', 'password', '$scrypt$ln=16,r=8,p=1$aM15713r3Xsvxbi31lqr1Q$nFNh2CVHVjNldFVKDHDlm4CbdRSCdEBsjjJxD+iCs5E'],
  [
    'scrypt, of AdonisJS', 'Admin123!',
    '$scrypt$n=16384,r=8,p=1$InqZJYQ714zfbFY4fs81nA$EiUh6dwE+WfBNWkdoMgFYV4b4xVworZ/loCtEFeLlYokZT1dPl2gGdcnV5/9RmJhLGzaKoxUZoT4CiqwmiBigg'
  ],
  ['scrypt, of Django', 'lètmein', 'scrypt$16384$seasalt$8$1$Qj3+9PPyRjSJIebHnG81TMjsqtaIGxNQG/aEB/NYafTJ7tibgfYz71m0ldQESkXFRkdVCBhhY8mx7rQwite/Pw=='],
  ['scrypt in five lanes, of Django', 'lètmein', 'scrypt$16384$seasalt$8$5$ECMIUp+LMxMSK8xB/IVyba+KYGTI7FTnet025q/1f/vBAVnnP3hdYqJuRi+mJn6ji6ze3Fbb7JEFPKGpuEf5vw=='],
  [
    'scrypt, of Werkzeug', 'Test-Passw0rd!',
    'scrypt:32768:8:1$9NQewi2OozmzRddv$4c4c900c1992e4ac3a4232ee5c12cd9d18cdb34df1a86e6f981a4d2ce327439f55f0ef1089fc2fe539a18e3e362c64cb2df075b1c149e192e18e70d26702769b'
  ]
]
