# The search behind docs/experiments.md: python prepare.py HAM10000_FOLDER 64; python train.py JSON, for example
# python train.py '{"name":"f0","recipe":"fgsm","half":false}'. Needs torch 2.13.0, numpy, scipy, pillow.
import torch,time,json,sys,math,numpy as np,torch.nn as nn,torch.nn.functional as F,copy
torch.set_num_threads(2)
cfg=dict(name='base',recipe='fgsm',eps=4,epochs=24,bs=64,lr=0.1,wd=5e-4,mom=0.9,ls=0.05,ema=0.998,warm=0.3,power=0.1,tau=0.0,seed=1,S=64,stem=32,widths=[32,64,128,256],blocks=[1,1,1,1],
 zoom=[0.8,1.05],aspect=0.1,shift=0.06,contrast=1.25,bright=0.08,sat=1.25,cast=0.03,cutmix=0.0,mixup=0.0,beta=6.0,awp=0.0,pgd_steps=7,erase=0.0,stemk=3,gamma0=0.2,act='relu',adv_frac=1.0,evals=4,ls_adv=None,trades_steps=7,dropout=0.0,lcol=0.0,kd=None,alpha=1.25,bf16=True,stem_stride=2,equi=False,lr_shape='onecycle',rise=0.2,half=True)
cfg.update(json.loads(sys.argv[1])); c=type('C',(),cfg)
torch.manual_seed(c.seed); rng=np.random.default_rng(c.seed)
def actf(x): return F.relu(x)
G=[(r,m) for m in (0,1) for r in range(4)]
def mat(g):
    R=np.array([[0,-1],[1,0]]); F_=np.array([[1,0],[0,-1]]); M=np.eye(2,dtype=int)
    for _ in range(g[0]): M=R@M
    return M@F_ if g[1] else M
MATS=[mat(g) for g in G]
def gi(M): return next(i for i,A in enumerate(MATS) if (A==M).all())
INVH=[[gi(np.linalg.inv(MATS[g]).round().astype(int)@MATS[h]) for h in range(8)] for g in range(8)]
def act(g,k):
    # transform index grid so that kernel is moved by matrix of g about its centre
    n=k.shape[-1]; out=np.empty_like(k); c=(n-1)/2; Mi=np.linalg.inv(MATS[g]).round().astype(int)
    for y in range(n):
        for x in range(n):
            v=Mi@np.array([x-c,-(y-c)]); out[y,x]=k[int(round(c-v[1])),int(round(c+v[0]))]
    return out
class GConv(nn.Module):
    def __init__(s,i,o,k,st,pad,lift=False):
        super().__init__(); s.o,s.i,s.k,s.st,s.pad,s.lift=o//8,(i if lift else i//8),k,st,pad,lift
        kk=k*k; hh=1 if lift else 8
        s.weight=nn.Parameter(torch.randn(s.o,s.i,hh*kk)*math.sqrt(2/(s.i*hh*kk)))
        grid=np.arange(kk).reshape(k,k); idx=np.zeros((8,hh,kk),int)
        for g in range(8):
            a=act(g,grid).reshape(-1)
            for h in range(hh): idx[g,h]=(0 if lift else INVH[g][h])*kk+a
        s.register_buffer('idx',torch.from_numpy(idx.reshape(-1))); s.hh=hh
    def forward(s,x):
        w=s.weight.index_select(2,s.idx).view(s.o,s.i,8,s.hh,s.k,s.k).permute(0,2,1,3,4,5).reshape(s.o*8,s.i*s.hh,s.k,s.k)
        return F.conv2d(x,w.contiguous(memory_format=torch.channels_last),stride=s.st,padding=s.pad)
class GBN(nn.Module):
    # batch statistics per channel; gamma, beta shared by the eight orientations; running statistics averaged over them
    def __init__(s,f):
        super().__init__(); s.f=f; s.weight=nn.Parameter(torch.ones(f)); s.bias=nn.Parameter(torch.zeros(f)); s.momentum=0.1
        s.register_buffer('rm',torch.zeros(f*8)); s.register_buffer('rv',torch.ones(f*8)); s.n=0
    def reset_running_stats(s): s.n=0
    def forward(s,x):
        w=s.weight.repeat_interleave(8); b=s.bias.repeat_interleave(8)
        if s.training:
            if s.momentum is None: s.n+=1; m=1/s.n
            else: m=s.momentum
            return F.batch_norm(x,s.rm,s.rv,w,b,True,m)
        t=lambda v:v.view(-1,8).mean(1).repeat_interleave(8)
        return F.batch_norm(x,t(s.rm),t(s.rv),w,b,False)
def conv(i,o,k,st,pad,lift=False): return GConv(i,o,k,st,pad,lift) if c.equi else nn.Conv2d(i,o,k,st,pad,bias=False)
def bn(o): return GBN(o//8) if c.equi else nn.BatchNorm2d(o)
class Block(nn.Module):
    def __init__(s,i,o,st):
        super().__init__()
        s.c1=conv(i,o,3,st,1); s.b1=bn(o); s.c2=conv(o,o,3,1,1); s.b2=bn(o)
        nn.init.constant_(s.b2.weight,c.gamma0)
        s.sc=nn.Sequential(conv(i,o,1,st,0),bn(o)) if st>1 or i!=o else nn.Identity()
    def forward(s,x): return actf(s.b2(s.c2(actf(s.b1(s.c1(x)))))+s.sc(x))
class Net(nn.Module):
    def __init__(s):
        super().__init__()
        L=[conv(3,c.stem,c.stemk,c.stem_stride,c.stemk//2,True),bn(c.stem),nn.ReLU()]; i=c.stem
        for k,(w,b) in enumerate(zip(c.widths,c.blocks)):
            for j in range(b): L.append(Block(i,w,2 if (k>0 and j==0) else 1)); i=w
        s.f=nn.Sequential(*L); s.drop=nn.Dropout(c.dropout); s.fc=nn.Linear(i//8 if c.equi else i,7)
        for m in s.modules():
            if isinstance(m,nn.Conv2d): nn.init.kaiming_normal_(m.weight,mode='fan_in',nonlinearity='relu')
    def forward(s,x): z=s.f((x-0.6)/0.2).mean((2,3)); return s.fc(s.drop(z.view(len(z),-1,8).mean(2) if c.equi else z))
net=Net().to(memory_format=torch.channels_last)
fl=[0]
def hk(m,i,o): fl[0]+=(m.weight.numel()*(8 if isinstance(m,GConv) else 1))*o.shape[-1]*o.shape[-2]
hs=[m.register_forward_hook(hk) for m in net.modules() if isinstance(m,(nn.Conv2d,GConv))]
net.eval(); net(torch.zeros(1,3,c.S,c.S)); [h.remove() for h in hs]
params=sum(p.numel() for p in net.parameters())
print('params',params,'gflop',4*fl[0]/1e9,flush=True)
tr=np.load(f'train{c.S}.npz'); va=np.load(f'val{c.S}.npz')
X=torch.from_numpy(tr['x']).permute(0,3,1,2).contiguous(); Y=torch.from_numpy(tr['y']); VX=torch.from_numpy(va['x']).permute(0,3,1,2).float().div(255).to(memory_format=torch.channels_last); VY=torch.from_numpy(va['y'])
FULLX,FULLY=VX,VY
keep=torch.cat([torch.where(VY==k)[0][::3 if k==5 else 1] for k in range(7)]); RX,RY=VX[keep],VY[keep]
cls=[np.where(tr['y']==k)[0] for k in range(7)]; n=np.array([len(k) for k in cls]); prior=torch.tensor(n**c.power/(n**c.power).sum()).float()
H,W=X.shape[2:]
def views(B):
    ks=rng.choice(7,B,p=n**c.power/(n**c.power).sum()); idx=np.array([rng.choice(cls[k]) for k in ks])
    u=lambda a,b,*s:torch.from_numpy(rng.uniform(a,b,(B,)+s)).float()
    x=X[idx].float()/255
    ang=u(0,2*math.pi); mir=torch.where(u(0,1)<.5,-1.,1.); z=u(*c.zoom)*H; asp=torch.exp(u(-c.aspect,c.aspect))
    cx=u(-1,1)*(c.shift*H+(W-H)/4)*1.0; cy=u(-1,1)*c.shift*H
    # normalised coords: x in pixels/(W/2)
    a=torch.stack([torch.cos(ang)*z*asp*mir/W,-torch.sin(ang)*z/W,cx*2/W],1); b=torch.stack([torch.sin(ang)*z*asp*mir/H,torch.cos(ang)*z/H,cy*2/H],1)
    g=F.affine_grid(torch.stack([a,b],1),[B,3,c.S,c.S],align_corners=False)
    x=F.grid_sample(x,g,mode='bilinear',padding_mode='reflection',align_corners=False)
    con=u(2-c.contrast if c.contrast<1.5 else 1/c.contrast,c.contrast,1,1,1); br=u(-c.bright,c.bright,1,1,1); sa=u(1/c.sat,c.sat,1,1,1); ca=u(-c.cast,c.cast,3,1,1)
    grey=(x*torch.tensor([.299,.587,.114]).view(1,3,1,1)).sum(1,keepdim=True)
    x=((grey+(x-grey)*sa-.6)*con+.6+br+ca).clamp(0,1)
    if c.erase>0:
        for i in range(B):
            if rng.random()<c.erase:
                s=int(rng.uniform(.15,.4)*c.S); r,q=rng.integers(0,c.S-s,2); x[i,:,r:r+s,q:q+s]=torch.from_numpy(rng.uniform(0,1,(3,1,1))).float()
    return x.contiguous(memory_format=torch.channels_last),torch.from_numpy(ks)
lp=torch.log(torch.tensor(n**c.power/(n**c.power).sum())).float()
def ce(z,t): return -(t*F.log_softmax(z+c.tau*lp,1)).sum(1).mean()
ac=lambda:torch.autocast('cpu',torch.bfloat16,enabled=c.bf16)
def fwd(m,x):
    with ac(): return m(x).float()
def craft(m,x,t,eps,steps,rel,loss='ce',p0=None):
    m.eval(); lo,hi=(x-eps).clamp(0,1),(x+eps).clamp(0,1)
    z=torch.min(torch.max(x+(torch.rand_like(x)*2-1)*eps if loss=='ce' else x+.001*torch.randn_like(x),lo),hi)
    for _ in range(steps):
        z=z.detach().requires_grad_()
        o=fwd(m,z); l=ce(o,t) if loss=='ce' else F.kl_div(F.log_softmax(o,1),p0,reduction='batchmean')
        g,=torch.autograd.grad(l,z); z=torch.min(torch.max(z.detach()+rel*eps*g.sign(),lo),hi)
    return z.detach()
ema=copy.deepcopy(net); decay=[p for p in net.parameters() if p.ndim>1]; nod=[p for p in net.parameters() if p.ndim<=1]
opt=torch.optim.SGD([{'params':decay,'weight_decay':c.wd},{'params':nod,'weight_decay':0}],lr=c.lr,momentum=c.mom,nesterov=True)
spe=math.ceil(len(X)/c.bs); T=spe*c.epochs
def lr(s):
    r=max(1,int(T*c.rise)); return c.lr*(s+1)/r if s<r else c.lr*(1+math.cos(math.pi*(s-r)/max(1,T-r)))/2
def epsat(s):
    r=c.warm*T; e=c.eps/255; st=min(e,max(.5/255,e/4)); return e if s>=r else st+(e-st)*s/r
def attack(m,x,t,eps):
    if c.recipe=='standard': return x
    if c.recipe=='fgsm': return craft(m,x,t,eps,1,c.alpha)
    if c.recipe=='pgd': return craft(m,x,t,eps,c.pgd_steps,1.75/c.pgd_steps)
    if c.recipe=='mixed':
        h=len(x)//2; return torch.cat([craft(m,x[:h],t[:h],eps,1,c.alpha),craft(m,x[h:],t[h:],eps,c.pgd_steps,1.75/c.pgd_steps)])
def evalat(m,eps,steps=20,margin=False):
    VX,VY=(FULLX,FULLY) if eps==0 else (RX,RY)
    out=[]; g=torch.Generator().manual_seed(5); m.eval()
    for i in range(0,len(VX),64):
        x,y=VX[i:i+64],VY[i:i+64]
        if eps==0: 
            with torch.no_grad(): out.append(m(x).argmax(1)==y); continue
        ok=torch.ones(len(y),dtype=torch.bool); e=eps/255; lo,hi=(x-e).clamp(0,1),(x+e).clamp(0,1)
        z=torch.min(torch.max(x+(torch.rand(x.shape,generator=g)*2-1)*e,lo),hi)
        for k in range(steps+1):
            z=z.detach().requires_grad_(); o=m(z); ok&=o.argmax(1)==y
            if k==steps: break
            if margin: oo=o.clone(); oo[torch.arange(len(y)),y]=-1e9; l=(oo.max(1)[0]-o[torch.arange(len(y)),y]).sum()
            else: l=F.cross_entropy(o,y,reduction='sum')
            gr,=torch.autograd.grad(l,z); z=torch.min(torch.max(z.detach()+e/8*gr.sign(),lo),hi)
        out.append(ok)
    return torch.cat(out)
def bal(ok):
    VY=FULLY if len(ok)==len(FULLY) else RY
    return float(np.mean([ok[VY==k].float().mean() for k in range(7)]))
def auroc(P,Yv):
    P=P.numpy(); Yv=Yv.numpy(); a=[]
    from scipy.stats import rankdata
    for k in range(7):
        r=rankdata(P[:,k]); p=Yv==k; n1=p.sum(); a.append((r[p].sum()-n1*(n1+1)/2)/(n1*(len(p)-n1)))
    return float(np.mean(a))
def probs(m,eps,steps=10):
    VX,VY=RX,RY; out=[]; g=torch.Generator().manual_seed(6)
    for i in range(0,len(VX),64):
        x,y=VX[i:i+64],VY[i:i+64]; z=x
        if eps:
            e=eps/255; lo,hi=(x-e).clamp(0,1),(x+e).clamp(0,1); z=torch.min(torch.max(x+(torch.rand(x.shape,generator=g)*2-1)*e,lo),hi)
            for k in range(steps):
                z=z.detach().requires_grad_(); l=F.cross_entropy(fwd(m,z),y,reduction='sum'); gr,=torch.autograd.grad(l,z); z=torch.min(torch.max(z.detach()+e/4*gr.sign(),lo),hi)
        with torch.no_grad(): out.append(F.softmax(m(z),1))
    return torch.cat(out)
def measure(steps,epss,margin=False):
    m=copy.deepcopy(ema)
    bns=[b for b in m.modules() if isinstance(b,(nn.BatchNorm2d,GBN))]
    for b in bns: b.reset_running_stats(); b.momentum=None
    bs=[]
    for _ in range(8):
        x,y=views(c.bs); m.eval()
        for b in bns: pass
        bs.append((x,y))
    m2=copy.deepcopy(net)
    bs=[attack(m2,x,F.one_hot(y,7).float(),c.eps/255) if c.recipe not in('standard','trades') else x for x,y in bs]
    m.train()
    with torch.no_grad():
        for x in bs: m(x)
    m.eval(); r={}
    ok0=evalat(m,0); r['clean']=round(100*bal(ok0),1); VY=FULLY; r['acc']=round(100*ok0.float().mean().item(),1); r['mel']=round(100*ok0[VY==4].float().mean().item(),1); r['percls']=[round(100*ok0[VY==k].float().mean().item()) for k in range(7)]
    r['auc']=round(100*auroc(probs(m,0),RY),1)
    if c.recipe!='standard': r['auc4']=round(100*auroc(probs(m,4),RY),1)
    VY=RY
    for e in epss:
        ok=evalat(m,e,steps if e==4 else 10)
        if margin and e==4: ok&=evalat(m,e,steps,True)
        r[f'e{e}']=round(100*bal(ok),1)
        if e==4: r['percls4']=[round(100*ok[VY==k].float().mean().item()) for k in range(7)]; r['mel4']=r['percls4'][4]
    return r,m
t0=time.time(); tot=0
for s in range(T):
    net.train(); x,y=views(c.bs); t=F.one_hot(y,7).float(); tl=t*(1-c.ls)+c.ls/7
    for g in opt.param_groups: g['lr']=lr(s)
    if c.cutmix>0 and rng.random()<c.cutmix:
        p=torch.from_numpy(rng.permutation(len(x))); lam=rng.beta(1,1); w=int(c.S*math.sqrt(1-lam)); 
        if w>0:
            r,q=rng.integers(0,c.S-w+1,2); x=x.clone(); x[:,:,r:r+w,q:q+w]=x[p][:,:,r:r+w,q:q+w]; l=1-w*w/c.S**2; tl=l*tl+(1-l)*tl[p]; t=l*t+(1-l)*t[p]
    if c.mixup>0:
        p=torch.from_numpy(rng.permutation(len(x))); l=float(rng.beta(c.mixup,c.mixup)); x=l*x+(1-l)*x[p]; tl=l*tl+(1-l)*tl[p]; t=l*t+(1-l)*t[p]
    if c.recipe=='trades':
        net.eval()
        with torch.no_grad(): p0=F.softmax(fwd(net,x),1)
        xa=craft(net,x,None,epsat(s),c.trades_steps,1.75/c.trades_steps,'kl',p0); net.train()
        o=fwd(net,torch.cat([x,xa])); oc,oa=o.chunk(2)
        loss=ce(oc,tl)+c.beta*F.kl_div(F.log_softmax(oa,1),F.softmax(oc,1),reduction='batchmean')
    else:
        xa=attack(net,x,t,epsat(s)); net.train()
        if c.adv_frac<1 and c.recipe!='standard': k=int(len(x)*c.adv_frac); xa=torch.cat([xa[:k],x[k:]])
        if c.awp>0 and c.recipe!='standard' and s>T*.2:
            # adversarial weight perturbation (Wu 2020)
            net.eval(); ps=[p for p in net.parameters() if p.ndim>1]; l=ce(fwd(net,xa),tl); gs=torch.autograd.grad(l,ps); dv=[c.awp*p.detach().norm()*g/(g.norm()+1e-12) for p,g in zip(ps,gs)]; net.train()
            with torch.no_grad():
                for p,d in zip(ps,dv): p+=d
        loss=ce(fwd(net,xa),tl)
    opt.zero_grad(); loss.backward()
    if c.recipe!='trades' and c.awp>0 and c.recipe!='standard' and s>T*.2:
        with torch.no_grad():
            for p,d in zip(ps,dv): p-=d
    opt.step(); tot+=loss.item()
    d=min(c.ema,(1+s)/(10+s))
    with torch.no_grad():
        for a,b in zip(ema.parameters(),net.parameters()): a.mul_(d).add_(b,alpha=1-d)
    if (s+1)%max(1,(T//c.evals))==0 and s+1<T-5:
        r,_=measure(10,[] if c.recipe=='standard' else [4]); print(c.name,'step',s+1,T,'loss',round(tot/(T//c.evals),3),json.dumps(r),int(time.time()-t0),flush=True); tot=0; (sys.exit() if c.half else None)
t1=time.time(); r,m=measure(20,[1] if c.recipe=='standard' else [1,2,4],True)
r.update(seconds=int(t1-t0),loss=round(tot/(T//c.evals),3),params=params,gflop=round(4*fl[0]/1e9,3),cfg={k:v for k,v in json.loads(sys.argv[1]).items()})
print(json.dumps(r)); open('results.jsonl','a').write(json.dumps(r)+'\n'); torch.save(m.state_dict(),f'{c.name}.pt')
