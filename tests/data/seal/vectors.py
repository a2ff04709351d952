# Independent: a few lines of CBOR and ChaCha20-Poly1305, nothing of Kufi's.
import struct, ctypes, ctypes.util, hashlib
so=ctypes.CDLL("libsodium.so.23"); so.sodium_init()
def head(m,v):
    if v<24: return bytes([m<<5|v])
    for i,(n,f) in enumerate([(8,'>B'),(16,'>H'),(32,'>I'),(64,'>Q')]):
        if v<1<<n: return bytes([m<<5|24+i])+struct.pack(f,v)
def enc(x):
    if x is None: return b'\xf6'
    if x is True: return b'\xf5'
    if x is False: return b'\xf4'
    if isinstance(x,int): return head(0,x)
    if isinstance(x,bytes): return head(2,len(x))+x
    if isinstance(x,str): b=x.encode(); return head(3,len(b))+b
    return head(4,len(x))+b''.join(map(enc,x))
doc=["TD3","P","UTO","L898902C3","ERIKSSON","ANNA MARIA","UTO","1974-08-12","F","2012-04-15","ZE184226B","",False]
key=bytes(range(16)); req=bytes(range(16,32))
crossing=[1,1,1790000000250,"officer-17","Durrës","3",[182,0,0,0,doc,[key,req],None]]
who=["ERIKSSON","ANNA MARIA","1974-08-12","F","UTO"]
entry=bytes(range(1,9))
top=[1790000000250,"officer-17","Durrës","3"]
found=[1,2]+top+[[0,["NO MRZ"],None,[],True,"UT101",
    [[0,"sample","UTO.001",entry,871,6,[2,7,255]],[1,"alert","durres/12",bytes(8),1000,12,[]]],
    [["alert_name",2,"Listed as ERIKSON, born 1974"],["already_inside",1,""]],2]]
resolved=[1,3]+top+[[183,15,"sample","UTO.001",entry,who,2,"another place of birth",[key,req]]]
alert=[1,6]+top+[[1,"ERIKSSON","ANNA MARIA",["Ana Eriksen","Anja"],"1974-08/1975-01","F","UTO",
    12,"call the second line","border police","",[key,req]]]
def expand(k): 
    out=ctypes.create_string_buffer(64); so.crypto_stream_chacha20_ietf(out,ctypes.c_ulonglong(64),bytes(12),k); return out.raw
def leaf(root,slot):
    k=root
    for l in range(1,25):
        e=expand(k); k=e[32:] if slot>>(24-l)&1 else e[:32]
    return k
def seal(root,origin,epoch,slot,plain):
    lf=leaf(root,slot); s=expand(lf); key,com=s[:32],s[32:]
    ad=enc([origin,epoch,slot,com])
    out=ctypes.create_string_buffer(len(plain)+16)
    so.crypto_aead_chacha20poly1305_ietf_encrypt(out,None,plain,ctypes.c_ulonglong(len(plain)),ad,ctypes.c_ulonglong(len(ad)),None,bytes(12),key)
    return lf,com,enc([1,epoch,slot,com,out.raw])
if __name__=="__main__":
    def show(n,b):
        print(n,len(b)); h=b.hex()
        for i in range(0,len(h),64): print('    "%s"'%h[i:i+64])
    show("crossing",enc(crossing))
    for name,event in (("inspection_hits",found),("hit_resolution",resolved),("alert_person",alert)):
        print(name,hashlib.sha256(enc(event)).hexdigest())
    root=bytes(range(32))
    for slot in (0,1,2,0x800000,0xabcdef,0xffffff):
        lf,com,e=seal(root,"kufi.example/durres",20717,slot,b"an event")
        print("slot %#x"%slot); print(' leaf "%s"'%lf.hex()); print(' com "%s"'%com.hex()); show(" entry",e)
    show("sealed crossing",seal(root,"kufi.example/durres",20717,0xabcdef,enc(crossing))[2])
    def keyring(origin,epochs):
        b=b"KUFIKEYS"+struct.pack('>HH',1,len(origin))+origin+struct.pack('>I',len(epochs))
        for ep,nodes in epochs:
            b+=struct.pack('>II',ep,len(nodes))
            for l,i,k in nodes: b+=struct.pack('>BI',l,i)+k
        return b+hashlib.sha256(b).digest()
    # slot 0 of epoch 20717 erased: right siblings from the bottom up
    sib=[];k=root
    for l in range(1,25):
        e=expand(k); sib.append((l,1,e[32:])); k=e[:32]
    b=keyring(b"kufi.example/durres",[(20716,[(0,0,bytes(32))]),(20717,sib[::-1])])
    print("keyring punctured", len(b), hashlib.sha256(b).hexdigest())
    show("keyring", keyring(b"kufi.example/durres",[(20716,[]),(20717,[(0,0,root)])]))
